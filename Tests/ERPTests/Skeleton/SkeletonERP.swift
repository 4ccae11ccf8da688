import Crypto
import ERP
import Foundation
import Ledger

/// What the skeleton asks its ERP.
protocol SkeletonCalls: Sendable {
  /// A work document since the cursor, in the form of the room's README.
  func changes(since cursor: String?) async throws(ERPFailure) -> [UInt8]
  /// The ids of all objects that carry exactly this key.
  func find(key: String) async throws(ERPFailure) -> [String]
  func create(key: String, content: [UInt8]) async throws(ERPFailure) -> SkeletonAnswer
  func content(of id: String) async throws(ERPFailure) -> [UInt8]
  func hangUp() async
}

enum SkeletonAnswer {
  case taken
  case refused(String)
}

enum SkeletonDigest {
  /// Lower-case hex.
  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }
}

/// The smallest ERP: a list of objects that carry a text of ours.
actor SkeletonERP: SkeletonCalls {
  struct Object: Hashable, Sendable {
    var id: String
    var key: String
    var content: [UInt8]
  }

  private(set) var objects: [Object] = []
  private(set) var refusedCredentials = 0
  private var orders: [String] = []
  private var isAway = false
  private var losesNextAnswer = false
  private var isCredentialRight = true
  private var refusals: [String: String] = [:]
  private var broken: Set<String> = []

  func changes(since cursor: String?) throws(ERPFailure) -> [UInt8] {
    try admit()
    let since = cursor.flatMap { Int($0) } ?? 0
    let page = orders.dropFirst(since).joined(separator: ",")
    return Array("{\"cursor\":\"\(orders.count)\",\"orders\":[\(page)]}".utf8)
  }

  func find(key: String) throws(ERPFailure) -> [String] {
    try admit()
    guard !broken.contains(key) else {
      throw ERPFailure(.unavailable, problem: "the look-up broke down", remedy: "Wait")
    }
    return objects.filter { $0.key == key }.map(\.id)
  }

  func create(key: String, content: [UInt8]) throws(ERPFailure) -> SkeletonAnswer {
    try admit()
    if let words = refusals[key] { return .refused(words) }
    objects.append(Object(id: "o\(objects.count + 1)", key: key, content: content))
    guard losesNextAnswer else { return .taken }
    losesNextAnswer = false
    throw ERPFailure(.outcomeUnknown, problem: "the connection broke; the ERP may have acted", remedy: "Nothing to do")
  }

  func content(of id: String) throws(ERPFailure) -> [UInt8] {
    try admit()
    guard let object = objects.first(where: { $0.id == id }) else {
      throw ERPFailure(.unexpectedAnswer, problem: "the object \(id) is gone", remedy: "Look for it in the ERP")
    }
    return object.content
  }

  func hangUp() {}

  private func admit() throws(ERPFailure) {
    guard !isAway else { throw ERPFailure(.unreachable, problem: "nobody answers", remedy: "Check that the ERP runs") }
    guard isCredentialRight else {
      refusedCredentials += 1
      throw ERPFailure(.unauthorized, problem: "the ERP does not know us", remedy: "Give the right credential")
    }
  }
}

/// What the conformance suite does to it.
extension SkeletonERP {
  func disturb(_ disturbance: ConformanceDisturbance) {
    switch disturbance {
    case .loseNextAnswerAfterTheWrite: losesNextAnswer = true
    case .away(let away): isAway = away
    case .refuse(let row, let words): refusals[row.idempotencyKey] = words
    case .severalUnderTheKey(let row): for _ in 1...2 { put(row.idempotencyKey, row.payload) }
    case .otherContentUnderTheKey(let row): put(row.idempotencyKey, Array("something else".utf8))
    case .fail(let row): broken.insert(row.idempotencyKey)
    case .failNoLonger(let row): broken.remove(row.idempotencyKey)
    case .credential(let isRight): isCredentialRight = isRight
    }
  }

  private func put(_ key: String, _ content: [UInt8]) {
    objects.append(Object(id: "o\(objects.count + 1)", key: key, content: content))
  }

  func tamper(_ tampering: String, _ key: String) {
    guard let index = objects.firstIndex(where: { $0.key == key }) else { return }
    switch tampering {
    case "content": objects[index].content.append(0x20)
    case "removed": objects.remove(at: index)
    default: put(key, objects[index].content)
    }
  }

  func seed(_ more: [String]) { orders += more }
}
