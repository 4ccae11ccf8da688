import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Missing and thinned messages in the engine")
struct LineEngineMessagesTests {
  private func lost(_ from: Int64, _ until: Int64, device: DeviceName = "plc-1") -> Command {
    .noteMessages([
      .lost(
        MessagesLost(
          broker: "main", devices: [device], cause: .sessionLost, from: LineFixture.utc(from),
          until: LineFixture.utc(until), detail: "forgotten"))
    ])
  }

  private func runs(_ events: [Event]) -> [RunID] {
    events.flatMap { if case .messagesLost(let lost) = $0 { lost.runs } else { [RunID]() } }
  }

  /// The run stands from 1,000 to 5,000.
  private func fixture() -> LineFixture {
    var fixture = LineFixture()
    fixture.scan(1_000, "L-1")
    fixture.scan(5_000, "LOTWIRE:END")
    return fixture
  }

  @Test("the runs that share an instant with the stretch are named, also when they have ended")
  func runsOfTheStretch() throws {
    var fixture = fixture()
    let run = try #require(
      fixture.events.compactMap { if case .runStarted(let run) = $0 { run.id } else { nil } }.first)
    #expect(runs(fixture.perform(6_000, lost(4_000, 5_900))) == [run])
    #expect(runs(fixture.perform(6_001, lost(0, 900))) == [])
    #expect(runs(fixture.perform(6_002, lost(5_500, 5_900))) == [])
    #expect(runs(fixture.perform(6_003, lost(0, 9_000))) == [run])
    #expect(runs(fixture.perform(6_004, lost(4_000, 5_900, device: "other"))) == [])
  }

  @Test("a broker holds what it granted until it grants something else, also while we are away")
  func brokers() throws {
    var fixture = LineFixture()
    func link(_ change: BrokerLink.Change, _ topics: [String] = []) -> Command {
      .noteMessages([
        .broker(BrokerLink(broker: "main", change: change, detail: "", topics: topics, at: LineFixture.utc(0)))
      ])
    }
    fixture.perform(10, link(.connected, ["a", "b"]))
    fixture.perform(20, link(.disconnected))
    #expect(fixture.engine.floor.brokers?["main"]?.topics == ["a", "b"])
    #expect(fixture.engine.floor.brokers?["main"]?.link.change == .disconnected)
    fixture.perform(30, link(.connected, ["a"]))
    #expect(fixture.engine.floor.brokers?["main"]?.topics == ["a"])
  }
}
