import Shopfloor
import Testing

@Suite struct WriteAgendaTests {
  private func write(_ id: WriteID, interlock: Bool = false) -> DeviceWrite {
    DeviceWrite(
      id: id, device: "plc-1", point: "hold", value: 1, unit: "",
      origin: interlock ? .interlock("sealer", holds: true) : .person("P-7", reason: "new recipe"),
      stations: ["sealer"],
      orderedAt: Timestamp(microseconds: 1_795_000_000_000_000))
  }

  @Test func aWriteOfAPersonIsTriedOnce() {
    var agenda = WriteAgenda(openAtStart: [])
    let order = write("W-000001")
    #expect(agenda.steps(open: [order], now: 0) == [.attempt(order)])
    #expect(agenda.steps(open: [order], now: 1).isEmpty, "under way")
    agenda.ended(order, confirmed: false, now: 2)
    #expect(agenda.steps(open: [order], now: 1_000_000_000).isEmpty)
    #expect(agenda.nextWake(open: [order]) == nil)
  }

  @Test func whatWasOrderedBeforeTheStartIsNotWrittenButSaidToBeUnknown() {
    let (old, hold) = (write("W-000001"), write("W-000002", interlock: true))
    var agenda = WriteAgenda(openAtStart: [old, hold])
    #expect(agenda.steps(open: [hold, old], now: 0) == [.reportUnknown(old), .attempt(hold)])
    #expect(agenda.steps(open: [hold, old], now: 0).isEmpty)
  }

  @Test func anInterlockIsTriedWithGrowingPausesUntilItIsNotOpen() {
    var agenda = WriteAgenda(openAtStart: [])
    let hold = write("W-000001", interlock: true)
    var now: Int64 = 0
    var pauses: [Int64] = []
    for _ in 0..<8 {
      #expect(agenda.steps(open: [hold], now: now) == [.attempt(hold)])
      #expect(agenda.nextWake(open: [hold]) == nil)
      agenda.ended(hold, confirmed: false, now: now)
      let next = agenda.nextWake(open: [hold]) ?? -1
      #expect(agenda.steps(open: [hold], now: next - 1).isEmpty)
      pauses.append((next - now) / 1_000_000)
      now = next
    }
    #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30])
    #expect(agenda.steps(open: [], now: now).isEmpty)
    #expect(agenda.nextWake(open: []) == nil)
  }

  @Test func aNewOrderWaitsUntilTheOldOneIsNoLongerUnderWay() {
    var agenda = WriteAgenda(openAtStart: [])
    let (hold, release) = (write("W-000001", interlock: true), write("W-000002", interlock: true))
    _ = agenda.steps(open: [hold], now: 0)
    #expect(agenda.steps(open: [release], now: 1).isEmpty, "the hold may still reach the device")
    agenda.ended(hold, confirmed: false, now: 2)
    #expect(agenda.steps(open: [release], now: 3) == [.attempt(release)])
    #expect(agenda.steps(open: [release], now: 4).isEmpty)
  }

  @Test func atOnePlaceOneWriteIsUnderWayInTheOrderOfTheNumbers() {
    var agenda = WriteAgenda(openAtStart: [])
    let (first, second) = (write("W-000001"), write("W-000002", interlock: true))
    var elsewhere = write("W-000003")
    elsewhere.point = "setpoint"
    let open = [elsewhere, second, first]
    #expect(agenda.steps(open: open, now: 0) == [.attempt(first), .attempt(elsewhere)])
    agenda.ended(elsewhere, confirmed: true, now: 1)
    #expect(agenda.steps(open: open, now: 2).isEmpty)
    agenda.ended(first, confirmed: false, now: 3)
    #expect(agenda.steps(open: open, now: 4) == [.attempt(second)])
  }
}
