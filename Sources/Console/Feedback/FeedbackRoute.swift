import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle
import Shopfloor

/// `GET /api/v1/stations/ID/feedback`: what happens at a station, as server-sent events.
struct FeedbackRoute {
  let hub: FeedbackHub
  let heartbeat: Duration

  static let path: RouterPath = "/api/v1/stations/:station/feedback"

  func add(to router: Router<ConsoleContext>) {
    router.get(Self.path) { request, context in
      // Swift and HTTP both say "not found" to a name that cannot be one.
      let name = context.parameters.get("station").flatMap { try? StationName($0.removingPercentEncoding ?? $0) }
      guard let name else { return try unknown(hub.stations) }
      let after = request.headers.first { $0.name.canonicalName == "last-event-id" }.flatMap { Int64($0.value) }
      switch hub.refusal(at: name) {
      case .unknownStation(let known): return try unknown(known)
      case .tooManySubscribers: return try tooMany()
      case nil: return answer(name, after, context.channel)
      }
    }
  }

  /// Subscribes only once the head of the answer is written: a place is taken by those alone who are really there.
  private func answer(_ station: StationName, _ after: Int64?, _ channel: any Channel) -> Response {
    let (hub, heartbeat) = (self.hub, self.heartbeat)
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        // Somebody else took the last place meanwhile: the stream ends at once, and the next attempt is told why.
        guard case .success(let subscription) = hub.subscribe(to: station, after: after) else {
          return try await writer.finish(nil)
        }
        let beat = Task { await Self.beat(subscription, every: heartbeat, channel) }
        defer {
          beat.cancel()
          hub.unsubscribe(subscription)
        }
        try await writer.write(ByteBuffer(string: ServerSentEvent.opening))
        // What waits for it when the server ends is still sent.
        try await withGracefulShutdownHandler {
          for await item in subscription.items {
            try await writer.write(ByteBuffer(string: ServerSentEvent.text(of: item)))
          }
        } onGracefulShutdown: {
          hub.unsubscribe(subscription)
        }
        try await writer.finish(nil)
      })
  }

  /// Keeps a quiet stream alive, and closes the connection of a subscriber that is too slow: that ends a write which
  /// would wait for it for ever.
  private static func beat(
    _ subscription: FeedbackSubscription, every heartbeat: Duration, _ channel: any Channel
  ) async {
    while subscription.send(.heartbeat) || !subscription.wasDropped {
      do {
        try await Task.sleep(for: heartbeat)
      } catch {
        // The stream has ended.
        return
      }
    }
    channel.close(promise: nil)
  }

  // MARK: Refusals

  private func unknown(_ known: [StationName]) throws -> Response {
    let names = known.map(\.text).joined(separator: ", ")
    return try refusal(
      .notFound, "station.unknown",
      Words(
        "There is no such station. Configured are: \(names.isEmpty ? "none" : names).",
        "没有此工位。已配置：\(names.isEmpty ? "无" : names)。"))
  }

  private func tooMany() throws -> Response {
    try refusal(
      .serviceUnavailable, "feedback.too_many_subscribers",
      Words(
        "\(FeedbackHub.maximumSubscribersPerStation) screens watch this station already, or the daemon is stopping. "
          + "Close one and try again.",
        "已有 \(FeedbackHub.maximumSubscribersPerStation) 个屏幕在查看此工位，或程序正在停止。请关闭其中一个后重试。"))
  }

  private func refusal(_ status: HTTPResponse.Status, _ code: String, _ words: Words) throws -> Response {
    let bytes = try JSONEncoder().encode(ConsoleAnswer(accepted: false, code: code, words: words))
    return Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
