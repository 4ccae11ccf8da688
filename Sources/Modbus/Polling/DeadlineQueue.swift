/// Which of a fixed number of members is due next: a binary heap in which every member has one place, so that moving a
/// deadline costs a few comparisons and no memory.
struct DeadlineQueue: Sendable {
  /// Members by position; the earliest deadline first.
  private var heap: [Int32]
  private var positions: [Int32]
  private var deadlines: [Int64]

  /// All members begin without a deadline.
  init(count: Int) {
    heap = (0..<Int32(count)).map { $0 }
    positions = heap
    deadlines = Array(repeating: .max, count: count)
  }

  /// `.max` where nobody has a deadline.
  var earliest: Int64 { heap.isEmpty ? .max : deadlines[Int(heap[0])] }

  func deadline(of member: Int) -> Int64 { deadlines[member] }

  /// The member with the earliest deadline, if that is not after `now`; its deadline is cleared.
  mutating func takeDue(now: Int64) -> Int? {
    guard earliest <= now, earliest != .max else { return nil }
    let member = Int(heap[0])
    set(member, .max)
    return member
  }

  /// `.max` means none.
  mutating func set(_ member: Int, _ deadline: Int64) {
    let before = deadlines[member]
    guard deadline != before else { return }
    deadlines[member] = deadline
    if deadline < before { rise(Int(positions[member])) } else { sink(Int(positions[member])) }
  }

  private mutating func rise(_ start: Int) {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard deadlines[Int(heap[position])] < deadlines[Int(heap[parent])] else { return }
      swap(position, parent)
      position = parent
    }
  }

  private mutating func sink(_ start: Int) {
    var position = start
    while true {
      let left = position * 2 + 1
      guard left < heap.count else { return }
      let right = left + 1
      let isRight = right < heap.count && deadlines[Int(heap[right])] < deadlines[Int(heap[left])]
      let child = isRight ? right : left
      guard deadlines[Int(heap[child])] < deadlines[Int(heap[position])] else { return }
      swap(position, child)
      position = child
    }
  }

  private mutating func swap(_ left: Int, _ right: Int) {
    heap.swapAt(left, right)
    positions[Int(heap[left])] = Int32(left)
    positions[Int(heap[right])] = Int32(right)
  }
}
