import Testing

@testable import ERP

@Suite struct RowFaultsTests {
  private func expectPatience(_ faults: inout RowFaults, _ row: Int64, _ delivered: Int) {
    let isBeyond = faults.isBeyondPatience(row, othersDelivered: delivered)
    #expect(!isBeyond, "row \(row)")
  }

  @Test func aRowIsAPersonsBusinessOnlyWhereOthersGoThrough() {
    var faults = RowFaults()
    var answers: [Bool] = []
    for attempt in 1...8 { answers.append(faults.isBeyondPatience(7, othersDelivered: attempt)) }
    #expect(answers.firstIndex(of: true) == RowFaults.maximumFaults - 1)
    // Decided about, it begins anew.
    #expect(answers.filter { $0 }.count == 1)
  }

  @Test func anErrorThatMeetsEveryRowBlocksNone() {
    var faults = RowFaults()
    for _ in 1...100 {
      for row in Int64(1)...20 { expectPatience(&faults, row, 500) }
    }
  }

  @Test func whatWentThroughAndTheOldestAreForgotten() {
    var faults = RowFaults()
    for attempt in 1..<RowFaults.maximumFaults { expectPatience(&faults, 1, attempt) }
    faults.forget(1)
    expectPatience(&faults, 1, 50)
    for attempt in 2..<RowFaults.maximumFaults { expectPatience(&faults, 1, 50 + attempt) }
    for row in 0..<Int64(RowFaults.maximumRows) { expectPatience(&faults, 10 + row, 60) }
    expectPatience(&faults, 1, 61)
  }
}
