import Testing

@testable import Shopfloor

@Suite("Calibrations")
struct CalibrationTests {
  private func fixture() -> FloorFixture {
    var fixture = FloorFixture()
    let temperature = ParameterPlan(
      name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0)
    let plan = LinePlan(
      site: "S", line: "L", stations: [StationPlan(name: "sealer", operation: "seal", parameters: [temperature])])
    fixture.perform(.applyPlan(plan, digest: "plan-2", changes: []))
    fixture.perform(.updatePeople([Person(id: "P-7", name: "Tech", badge: "b-7", rights: [.engineer])]))
    return fixture
  }

  private func calibration(
    _ change: (inout Calibration) -> Void = { _ in },
    at time: Timestamp = Timestamp(microseconds: 1_794_000_000_000_000)
  ) -> Calibration {
    var done = Calibration(
      station: "sealer", parameter: "seal.temperature", performedAt: time, asFound: .inTolerance, asLeft: .inTolerance,
      certificate: "K-1", person: "P-7")
    change(&done)
    return done
  }

  private func code(_ answer: CommandAnswer) -> Refusal.Code? {
    if case .refused(let refusal) = answer { refusal.code } else { nil }
  }

  @Test("are recorded as they are told, by an engineer")
  func recorded() {
    var fixture = fixture()
    let done = calibration { $0.dueAt = Timestamp(microseconds: 1_799_000_000_000_000) }
    #expect(fixture.perform(.recordCalibration(done)).isAccepted)
    #expect(fixture.events.last == .calibrationRecorded(done))
    let doubtful = calibration { $0.asFound = .outOfTolerance }
    guard case .accepted(let words) = fixture.perform(.recordCalibration(doubtful)) else {
      Issue.record("it was refused")
      return
    }
    #expect(words.english.contains("in doubt") && words.chinese.contains("存疑"))
    #expect(code(fixture.perform(.recordCalibration(calibration { $0.person = "P-1" }))) == .personRight)
  }

  @Test("are refused where they cannot be", arguments: 0..<5)
  func refused(index: Int) {
    var fixture = fixture()
    let wrong: [(inout Calibration) -> Void] = [
      { $0.parameter = "pressure" }, { $0.station = "oven" },
      { $0.performedAt = Timestamp(microseconds: 1_896_000_000_000_000) }, { $0.dueAt = $0.performedAt },
      { $0.note = String(repeating: "x", count: 501) },
    ]
    #expect(code(fixture.perform(.recordCalibration(calibration(wrong[index])))) == .calibrationInvalid)
    #expect(!fixture.events.contains { $0.kind == .calibrationRecorded })
  }
}
