import ERP
import Synchronization

/// Calls of a Tryton, each noted on its way.
final class RecordedCalls: TrytonCalls {
  struct Call: Sendable {
    var method: String
    var parameters: [TrytonValue]
    var context: [String: TrytonValue]
    /// Nil: refused.
    var answer: TrytonValue?

    /// Whether it may change something.
    var writes: Bool {
      let questions = ["search_read", "read", "search", "search_count", "get_preferences", "fields_get", "default_get"]
      return !questions.contains(method.split(separator: ".").last.map(String.init) ?? "")
    }
  }

  private let link: any TrytonCalls
  private let noted = Mutex<[Call]>([])

  init(_ link: any TrytonCalls) { self.link = link }

  var calls: [Call] { noted.withLock { $0 } }

  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    let answer = try await link.call(method, parameters, context: context)
    var value: TrytonValue?
    if case .value(let found) = answer { value = found }
    let call = Call(method: method, parameters: parameters, context: context, answer: value)
    noted.withLock { $0.append(call) }
    return answer
  }
}
