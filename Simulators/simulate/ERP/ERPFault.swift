import Devices

/// One way in which the simulated ERP misbehaves, and when.
struct ERPFault: Hashable, Sendable {
  enum RequestKind: String, CaseIterable, Sendable { case work, search, create, content, any }

  enum Effect: String, CaseIterable, Sendable {
    /// The request is carried out, the connection is closed without an answer.
    case answerLost = "answer_lost"
    /// The request is carried out, the answer is 500.
    case answer500 = "answer_500"
    /// The answer says that the request was carried out; it was not.
    case falseSuccess = "false_success"
    /// 503; nothing is done.
    case unavailable
    /// Waits `seconds` before it answers.
    case slow
    /// The stored content loses its last byte.
    case truncated
    /// 422 with a sentence; nothing is done.
    case refused
  }

  var request: RequestKind
  var effect: Effect
  /// Begins with this request of its kind since the start, from 1.
  var first: Int
  /// So many requests in a row.
  var count: Int
  /// For `slow` the wait; for `unavailable`, if above 0, how long it lasts from the first request on, whatever `count`.
  var seconds: Double

  init?(_ node: DocumentNode) {
    node.allowKeys(["request", "effect", "first", "count", "seconds"])
    guard
      let request = node.required("request", "Name the request")?.choice(RequestKind.allCases.map(\.rawValue)),
      let kind = RequestKind(rawValue: request),
      let name = node.required("effect", "Name the effect")?.choice(Effect.allCases.map(\.rawValue)),
      let effect = Effect(rawValue: name)
    else { return nil }
    self.request = kind
    self.effect = effect
    first = node["first"]?.integer(in: 1...1_000_000, "Write a count from 1") ?? 1
    count = node["count"]?.integer(in: 1...1_000_000, "Write a count from 1") ?? 1
    seconds = node["seconds"]?.number("Write seconds") ?? 0
  }
}

/// Counts requests and says which faults apply to the one at hand.
struct ERPFaultPlan {
  let faults: [ERPFault]
  private var counts: [ERPFault.RequestKind: Int] = [:]
  /// Monotonic microseconds at which a timed fault began, by its place in the list.
  private var began: [Int: Int64] = [:]

  init(_ faults: [ERPFault]) { self.faults = faults }

  mutating func next(_ kind: ERPFault.RequestKind, monotonicMicroseconds now: Int64) -> [ERPFault] {
    for counted in [kind, .any] { counts[counted, default: 0] += 1 }
    var active: [ERPFault] = []
    for (index, fault) in faults.enumerated() where fault.request == kind || fault.request == .any {
      let number = counts[fault.request] ?? 0
      guard number >= fault.first else { continue }
      if fault.effect == .unavailable, fault.seconds > 0 {
        let start = began[index] ?? now
        began[index] = start
        if Double(now - start) < fault.seconds * 1_000_000 { active.append(fault) }
      } else if number < fault.first + fault.count {
        active.append(fault)
      }
    }
    return active
  }
}
