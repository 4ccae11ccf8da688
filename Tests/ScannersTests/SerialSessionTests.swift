import Devices
import Shopfloor
import Testing

@testable import Scanners

@Suite struct SerialSessionTests {
  private func now(_ microseconds: Int64) -> ClockReading {
    ClockReading(utc: Timestamp(microseconds: microseconds), monotonicMicroseconds: microseconds)
  }

  private func session(idleEnd: Int64? = nil) -> SerialSession {
    var plan = SerialScannerPlan(device: "s", station: "press", path: "/dev/null", baud: 9600)
    plan.text.idleEndMicroseconds = idleEnd
    var session = SerialSession(plan)
    session.opened(at: now(0))
    return session
  }

  private func labels(_ actions: [SerialSession.Action]) -> [ScannedText] {
    actions.compactMap { if case .submit(let label, _, _) = $0 { label } else { nil } }
  }

  @Test func endOfALabelUnderWayIsThrownAwayAndCounted() {
    var session = session()
    #expect(session.received(Array("HALF".utf8), at: now(50_000)) == [])
    // Found late: how long the line had been quiet before is not known.
    #expect(session.received(Array("T-1\r".utf8), at: now(900_000)) == [])
    #expect(session.passTime(now(1_000_000)) == [])
    #expect(session.isSettled)
    #expect(session.scans.skippedReports == 2)
    #expect(labels(session.received(Array("LOT-2\r".utf8), at: now(1_000_001))).map(\.bytes) == [Array("LOT-2".utf8)])
  }

  @Test func restThatIsFoundLateSpoilsItsLabelAlone() {
    for idleEnd in [100_000, nil] as [Int64?] {
      var session = session(idleEnd: idleEnd)
      _ = session.passTime(now(100_000))
      #expect(session.received(Array("LO".utf8), at: now(200_000)) == [])
      let spoiled = labels(session.received(Array("T-1\r".utf8), at: now(5_000_000)))
      #expect(spoiled == [ScannedText(bytes: Array("LOT-1".utf8), flags: [.incomplete])])
      #expect(session.received(Array("LOT-2\r".utf8), at: now(5_000_001)) == [])
      #expect(labels(session.answered(token: 1, accepted: true)) == [ScannedText(bytes: Array("LOT-2".utf8))])
    }
  }

  @Test func gapWithNothingWaitingEndsALabelWhereConfigured() {
    var session = session(idleEnd: 100_000)
    _ = session.passTime(now(100_000))
    #expect(session.received(Array("LOT-1".utf8), at: now(200_000)) == [])
    #expect(session.passTime(now(299_999)) == [])
    #expect(labels(session.passTime(now(300_000))) == [ScannedText(bytes: Array("LOT-1".utf8))])
  }
}
