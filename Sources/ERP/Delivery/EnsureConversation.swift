/// Brings keyed objects to be there exactly once: look up by our keys, create what is missing, look up again, compare.
/// Pure: it says what to ask next, a connector asks. One key or many; what is said of one key does not change what is
/// said of another.
///
/// Every conversation begins with the look-up, so that what an earlier one created, and whose answer was lost, is found
/// and adopted. That the ERP confirmed a create never counts; what it shows afterwards does.
struct EnsureConversation: Sendable {
  /// An object that must be there: our key, and the fields that must stand in it, as comparable text.
  struct Wanted: Hashable, Sendable {
    var key: String
    var content: [String: String]
  }

  /// An object as the ERP shows it under one of our keys.
  struct Found: Hashable, Sendable {
    var key: String
    /// The ERP's own number of it.
    var id: Int64
    /// At least the fields that were wanted.
    var content: [String: String]
    /// Who created it, as the ERP says it.
    var creator: Int64?
    /// Nothing was built on it and nobody changed it, so that removing it changes nothing else.
    var isUntouched = false
  }

  enum Step: Hashable, Sendable {
    /// List the objects under each of the keys.
    case lookUp([String])
    case create([String])
    /// Remove surplus copies.
    case withdraw([Int64])
    case finish([String: Outcome])
  }

  enum Answer: Hashable, Sendable {
    case found([Found])
    case created
    /// The ERP refused for a business reason, in its own words; nothing of the step was done.
    case refused(String)
    case withdrawn
  }

  enum Outcome: Hashable, Sendable {
    case there(id: Int64, isNew: Bool)
    /// A person decides.
    case blocked(String)
    /// Refused together with others: to be tried alone.
    case alone
    /// Confirmed, and not shown.
    case missing
  }

  /// How often surplus copies are removed before a person is asked.
  static let maximumWithdrawals = 2

  private let wanted: [String: Wanted]
  private let order: [String]
  private var outcomes: [String: Outcome] = [:]
  private var created: Set<String> = []
  private var refusal: String?
  private var lastStep: Step
  private var withdrawals = 0

  /// - Parameter wanted: every key once.
  init(_ wanted: [Wanted]) {
    self.wanted = Dictionary(wanted.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    order = wanted.map(\.key)
    lastStep = .lookUp(order)
  }

  var firstStep: Step { order.isEmpty ? .finish([:]) : .lookUp(order) }

  mutating func next(after answer: Answer) -> Step {
    let step = step(after: answer)
    lastStep = step
    return step
  }

  private mutating func step(after answer: Answer) -> Step {
    switch answer {
    case .found(let objects): return stepAfterLookUp(objects)
    case .created, .withdrawn: return .lookUp(open)
    case .refused(let text):
      if case .withdraw = lastStep { withdrawals = Self.maximumWithdrawals }
      refusal = text
      // A receiver may refuse because it has it already: the look-up tells.
      return .lookUp(open)
    }
  }

  private var open: [String] { order.filter { outcomes[$0] == nil } }

  private mutating func stepAfterLookUp(_ objects: [Found]) -> Step {
    let byKey = Dictionary(grouping: objects, by: \.key)
    var toCreate: [String] = []
    var surplus: [Int64] = []
    for key in open {
      let found = (byKey[key] ?? []).sorted { $0.id < $1.id }
      switch found.count {
      case 0 where !created.contains(key): toCreate.append(key)
      case 0: outcomes[key] = outcomeOfNothing
      case 1: outcomes[key] = compared(key, found[0])
      default:
        let copies = withdrawals < Self.maximumWithdrawals ? surplusCopies(found) : []
        if copies.isEmpty { outcomes[key] = .blocked(several(key, found)) } else { surplus += copies }
      }
    }
    if !surplus.isEmpty {
      withdrawals += 1
      return .withdraw(surplus)
    }
    guard toCreate.isEmpty else {
      created.formUnion(toCreate)
      refusal = nil
      return .create(toCreate)
    }
    return .finish(outcomes)
  }

  /// After a create that the ERP confirmed or refused.
  private var outcomeOfNothing: Outcome {
    guard let refusal else { return .missing }
    return created.count > 1 ? .alone : .blocked(refusal)
  }

  private func compared(_ key: String, _ found: Found) -> Outcome {
    let wanted = wanted[key]?.content ?? [:]
    let other = wanted.keys.sorted().filter { wanted[$0] != found.content[$0] }
    guard other.isEmpty else {
      let words = other.map { "\($0) is \"\(found.content[$0] ?? "missing")\" there and \"\(wanted[$0] ?? "")\" here" }
      return .blocked(
        "the ERP holds other content under \(key), its number \(found.id): \(words.joined(separator: ", "))")
    }
    return .there(id: found.id, isNew: created.contains(key))
  }

  /// The same request, carried out twice by something between us and the ERP, leaves copies that are alike in
  /// everything, from one creator, and that nothing was built on: all but the first may go. Anything else is a person's.
  private func surplusCopies(_ found: [Found]) -> [Int64] {
    guard let first = found.first, let creator = first.creator else { return [] }
    let others = found.dropFirst()
    guard others.allSatisfy({ $0.isUntouched && $0.creator == creator && $0.content == first.content }) else {
      return []
    }
    return others.map(\.id)
  }

  private func several(_ key: String, _ found: [Found]) -> String {
    let names = found.prefix(5).map { String($0.id) }.joined(separator: ", ")
    return
      "the ERP holds \(found.count) objects under \(key) (its numbers \(names)); remove all but the right one there, "
      + "then release the delivery"
  }
}
