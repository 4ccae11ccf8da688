import AsyncHTTPClient
public import Devices
import NIOCore
import NIOHTTP1
import NIOSSL
import Shopfloor

/// Posts messages to an address, signed. Owns an HTTP client.
public final class WebhookConnector: NotificationConnector {
  public let name = "webhook"
  private let settings: WebhookSettings
  private let clock: any WallClock
  private let client: HTTPClient
  /// The address without what may be secret in it.
  private let address: String

  /// Longest part of an answer that is read, in bytes.
  static let maximumAnswerBytes = 16_384

  public init(_ settings: WebhookSettings, clock: any WallClock = SystemClock()) {
    self.settings = settings
    self.clock = clock
    address = settings.url.prefix { $0 != "?" && $0 != "#" }.description
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .microseconds(settings.connectTimeoutMicroseconds)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if let file = settings.authoritiesFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(file)
      configuration.tlsConfiguration = tls
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  public func close() async {
    // The only failure is a second call, after which the client is closed just the same.
    try? await client.shutdown()
  }

  public func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String {
    let key = try SubscriberSecret.read(settings.secretFile)
    // The time of the attempt: a receiver refuses old ones.
    let unixSeconds = clock.now().utc.microseconds / 1_000_000
    var request = HTTPClientRequest(url: settings.url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "User-Agent", value: "lotwire")
    request.headers.add(name: "Idempotency-Key", value: message.id)
    request.headers.add(
      name: WebhookSignature.header,
      value: WebhookSignature.value(body: message.payload, unixSeconds: unixSeconds, key: key))
    request.body = .bytes(ByteBuffer(bytes: message.payload))
    do {
      let response = try await client.execute(request, timeout: .microseconds(settings.requestTimeoutMicroseconds))
      let status = Int(response.status.code)
      let body = try await Self.beginning(of: response.body)
      if let failure = WebhookAnswerRules.failure(status: status, body: body, address: address) { throw failure }
      return "HTTP \(status)"
    } catch {
      throw WebhookAnswerRules.failure(of: error, address: address)
    }
  }

  private static func beginning(of body: HTTPClientResponse.Body) async throws -> [UInt8] {
    var read: [UInt8] = []
    for try await part in body {
      read.append(contentsOf: part.readableBytesView.prefix(maximumAnswerBytes - read.count))
      if read.count >= maximumAnswerBytes { break }
    }
    return read
  }
}
