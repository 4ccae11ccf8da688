import Testing

@testable import ERP

/// An ERP of keyed objects with a state each, in which answers are lost before or after the act and requests are carried
/// out twice.
private struct FaultyObjects {
  struct Object {
    var key: String
    var id: Int64
    var state = "draft"
  }

  enum Lost: Error { case answer }

  var objects: [Object] = []
  var acts = 0
  var presses: [Int64: Int] = [:]
  var random: SplitMix

  mutating func perform(_ act: (inout FaultyObjects) -> Void) throws {
    switch random.next() % 6 {
    case 0: throw Lost.answer
    case 1:
      act(&self)
      throw Lost.answer
    case 2:
      act(&self)
      act(&self)
    case 3:
      act(&self)
      act(&self)
      throw Lost.answer
    default: act(&self)
    }
  }

  mutating func create(_ keys: [String]) {
    for key in keys { objects.append(Object(key: key, id: Int64(objects.count + acts * 1_000 + 1))) }
    acts += 1
  }

  /// Answers yes without doing anything where it is there already.
  mutating func press(_ ids: [Int64]) {
    for place in objects.indices where ids.contains(objects[place].id) && objects[place].state == "draft" {
      objects[place].state = "done"
      presses[objects[place].id, default: 0] += 1
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same test on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct ExactlyOnceSimulationTests {
  @Test("answers lost before and after the act, requests carried out twice: each object is there once, and done once")
  func exactlyOnce() throws {
    for seed in 1...400 as ClosedRange<UInt64> {
      var erp = FaultyObjects(random: SplitMix(state: seed))
      let keys = (0..<Int(seed % 5 + 1)).map { "key-\($0)" }
      var attempts = 0
      while attempts < 200, (try? attempt(&erp, keys)) == nil { attempts += 1 }  // a lost answer: once more
      try #require(attempts < 200, "seed \(seed)")
      #expect(erp.objects.map(\.key).sorted() == keys, "seed \(seed)")
      #expect(erp.objects.allSatisfy { $0.state == "done" && erp.presses[$0.id] == 1 }, "seed \(seed)")
    }
  }

  /// One attempt from the beginning, as after a crash.
  private func attempt(_ erp: inout FaultyObjects, _ keys: [String]) throws {
    var ensure = EnsureConversation(keys.map { .init(key: $0, content: ["k": $0]) })
    var step = ensure.firstStep
    var ids: [Int64] = []
    while ids.isEmpty {
      switch step {
      case .lookUp(let keys):
        step = ensure.next(
          after: .found(
            erp.objects.filter { keys.contains($0.key) }.map {
              .init(key: $0.key, id: $0.id, content: ["k": $0.key], creator: 1, isUntouched: $0.state == "draft")
            }))
      case .create(let keys):
        try erp.perform { $0.create(keys) }
        step = ensure.next(after: .created)
      case .withdraw(let surplus):
        try erp.perform { $0.objects.removeAll { surplus.contains($0.id) } }
        step = ensure.next(after: .withdrawn)
      case .finish(let outcomes):
        ids = keys.compactMap { if case .there(let id, _)? = outcomes[$0] { id } else { nil } }
        try #require(ids.count == keys.count)
      }
    }
    var advance = AdvanceConversation(ids, button: "do", from: ["draft"], to: ["done"])
    var next = advance.firstStep
    while true {
      switch next {
      case .read(let ids):
        next = advance.next(
          after: .states(
            Dictionary(
              erp.objects.filter { ids.contains($0.id) }.map { ($0.id, $0.state) },
              uniquingKeysWith: { first, _ in first })))
      case .press(let ids):
        try erp.perform { $0.press(ids) }
        next = advance.next(after: .pressed)
      case .finish(let outcomes):
        try #require(outcomes.values.allSatisfy { if case .reached = $0 { true } else { false } })
        return
      }
    }
  }
}
