import Ledger
import Shopfloor
import Testing

@testable import ERP

/// People whom only the ERP knows: counted once each, named in the log once.
@Suite struct UnknownPeopleTests {
  private func people(_ numbers: some Sequence<Int>) -> [PersonName] {
    numbers.map { PersonName(id: Identifier(stringLiteral: "P-\($0)"), name: "Person \($0)") }
  }

  @Test func eachIsCountedAndSaidOnce() throws {
    var unknown = UnknownPeople(known: ["P-1", "P-2"])
    #expect(unknown.note(people(1...2)) == nil && unknown.count == 0)
    let sentence = unknown.note(people(1...4))
    let first = try #require(sentence)
    #expect(first.contains("names 2 people") && first.contains("P-3 (Person 3), P-4 (Person 4).") && unknown.count == 2)
    #expect(unknown.note(people(1...4)) == nil && unknown.note([]) == nil)
    #expect(unknown.note(people(4...5))?.contains("names 1 people") == true && unknown.count == 3)
    #expect(unknown.listed == ["P-3 (Person 3)", "P-4 (Person 4)", "P-5 (Person 5)"])
  }

  @Test func manyAreFewNames() throws {
    var unknown = UnknownPeople(known: [])
    let said = unknown.note(people(1...300))
    let sentence = try #require(said)
    #expect(sentence.contains("P-10 (Person 10) and 290 more.") && !sentence.contains("P-11"))
    #expect(unknown.count == 300 && unknown.listed.count == UnknownPeople.maximumListed)
    _ = unknown.note(people(1...(UnknownPeople.maximumKept + 5)))
    #expect(unknown.count == UnknownPeople.maximumKept)
    #expect(unknown.note(people([20_000])) == nil && unknown.count == UnknownPeople.maximumKept)
  }

  @Test func theServiceShowsThem() async throws {
    let outbox = MemoryOutbox([])
    let service = ERPService(
      connector: PeopleERP(people: people(1...2)), ports: outbox.ports(),
      settings: ERPServiceSettings(pollMicroseconds: 100_000, knownPeople: ["P-1"]))
    try await whileRunning({ try await service.run() }) {
      try await eventually("counted") { service.status().unknownPeople == 1 }
    }
    #expect(service.status().unknownPeopleListed == ["P-2 (Person 2)"])
    try await eventually("said") { await outbox.notes.contains { $0.contains("P-2 (Person 2)") } }
    #expect(await outbox.notes.count { $0.contains("configuration does not know") } == 1)
  }
}

/// Names its people at every poll.
private struct PeopleERP: ERPConnector {
  let name = "people"
  let people: [PersonName]

  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    var update = WorkUpdate()
    update.change.people = people
    return update
  }

  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    .blocked(reason: "it takes nothing")
  }

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] { [] }
  func close() async {}
}
