/// Who of a fixed number of members has something to ask, in the order in which they said so; each at most once.
struct TurnRing: Sendable {
  private var slots: [Int32]
  private var isIn: [Bool]
  private var head = 0
  private(set) var count = 0

  init(members: Int) {
    slots = Array(repeating: 0, count: max(1, members))
    isIn = Array(repeating: false, count: members)
  }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ member: Int) {
    guard !isIn[member] else { return }
    isIn[member] = true
    slots[(head + count) % slots.count] = Int32(member)
    count += 1
  }

  mutating func popFirst() -> Int? {
    guard count > 0 else { return nil }
    let member = Int(slots[head])
    head = (head + 1) % slots.count
    count -= 1
    isIn[member] = false
    return member
  }
}
