import Testing

@testable import Shopfloor

@Suite("Whether the ERP lets us in")
struct ERPAccessTests {
  private func note(_ plant: inout FloorFixture, _ kind: ERPNote.Kind, _ connector: String = "tryton") -> [EventKind] {
    let before = plant.events.count
    plant.perform(.noteERP(ERPNote(kind, connector: connector, text: "invalid login", at: plant.time)))
    return plant.events[before...].map(\.kind)
  }

  private func standing(_ plant: FloorFixture) -> [String] {
    plant.floor.alarms.values.filter { $0.returnedAt == nil }.map(\.source).sorted()
  }

  @Test("a refused credential is one alarm until one is accepted")
  func life() throws {
    var plant = FloorFixture()
    #expect(note(&plant, .credentialRefused) == [.erpNoted, .alarmRaised])
    #expect(note(&plant, .credentialRefused) == [.erpNoted])
    let alarm = try #require(plant.floor.alarms.values.first)
    #expect(plant.floor.alarms.count == 1)
    #expect(alarm.kind == .erpAccess && alarm.urgency == .high && alarm.rule.english.contains("invalid login"))
    plant.perform(.acknowledge(alarm: alarm.id, person: "P-2", cause: "password expired"))
    #expect(note(&plant, .credentialAccepted) == [.erpNoted, .alarmReturned, .alarmClosed])
    #expect(plant.floor.alarms.isEmpty)
  }

  @Test(
    "an acceptance is kept only where an alarm waits for it, and ends what it speaks of, once",
    arguments: [
      (refused: [], accepted: ERPNote.Kind.credentialAccepted, by: "tryton", stands: []),
      ([], .certificateAccepted, "tryton", []),
      ([.credentialRefused], .credentialAccepted, "tryton", []),
      ([.certificateRefused], .certificateAccepted, "tryton", []),
      // A certificate that is accepted says nothing of a password.
      ([.credentialRefused], .certificateAccepted, "tryton", ["ERP: credential (tryton)"]),
      ([.credentialRefused, .certificateRefused], .certificateAccepted, "tryton", ["ERP: credential (tryton)"]),
      // Whom the ERP lets in has nothing in its way, whatever is configured now.
      ([.certificateRefused], .credentialAccepted, "tryton", []),
      ([.credentialRefused, .certificateRefused], .credentialAccepted, "http", []),
    ] as [(refused: [ERPNote.Kind], accepted: ERPNote.Kind, by: String, stands: [String])])
  func acceptance(refused: [ERPNote.Kind], accepted: ERPNote.Kind, by: String, stands: [String]) {
    var plant = FloorFixture()
    for kind in refused { #expect(note(&plant, kind) == [.erpNoted, .alarmRaised]) }
    let ended = refused.count - stands.count
    let first = note(&plant, accepted, by)
    #expect(first == (ended == 0 ? [] : [.erpNoted] + Array(repeating: .alarmReturned, count: ended)))
    #expect(standing(plant) == stands)
    #expect(note(&plant, accepted, by).isEmpty)
  }

  @Test("other alarms are left alone")
  func others() {
    var plant = FloorFixture()
    let drift = DeliveryDrift(
      outboxRow: 7, idempotencyKey: "k", lot: "L-1", field: "quantity", delivered: "1", found: "2")
    plant.perform(
      .reportComparison(DeliveryComparison(connector: "tryton", comparedRows: [7], drifts: [drift], at: plant.time)))
    #expect(note(&plant, .credentialAccepted).isEmpty && note(&plant, .certificateAccepted).isEmpty)
    #expect(standing(plant) == ["ERP: quantity (#7)"])
  }
}
