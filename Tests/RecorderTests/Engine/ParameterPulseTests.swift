import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Pulse of a parameter")
struct ParameterPulseTests {
  private func pulse(expected: Int64 = 100_000) -> ParameterPulse {
    ParameterPulse(expectedFrom: LineFixture.utc(0), monotonic: 0, expectedIntervalMicroseconds: expected)
  }

  private func arrival(_ pulse: inout ParameterPulse, _ reading: Reading, receivedAt: Int64 = 0)
    -> ParameterPulse.Arrival
  {
    pulse.arrive(reading, receivedAt: LineFixture.utc(receivedAt), monotonic: 7)
  }

  @Test("fits a cache line")
  func size() { #expect(MemoryLayout<ParameterPulse>.stride <= 64) }

  @Test("a good value between the limits is calm, on them too; beyond, bad, late or from the future it is not")
  func arrivals() {
    var pulse = pulse()
    pulse.normalLow = 10
    pulse.normalHigh = 20
    pulse.isCalm = true
    func good(_ value: Double, at time: Int64 = 0) -> Reading {
      Reading(parameter: LineFixture.temperature, time: LineFixture.utc(time), value: value)
    }
    for value in [10.0, 15, 20] { #expect(arrival(&pulse, good(value)) == .calm) }
    for value in [9.999, 20.001] { #expect(arrival(&pulse, good(value)) == .unusual) }
    let bad = Reading(parameter: LineFixture.temperature, time: LineFixture.utc(0), quality: .badTimeout)
    #expect(arrival(&pulse, bad) == .unusual)
    #expect(pulse.latest == LatestReading(time: LineFixture.utc(0), value: nil, quality: "timeout"))
    #expect(arrival(&pulse, good(15, at: -1)) == .late)
    #expect(arrival(&pulse, good(15, at: 60_000)) == .calm)
    #expect(arrival(&pulse, good(15, at: 120_001), receivedAt: 60_000) == .late)
    // What is not good does not order what follows, whatever its time; its time is shown.
    let away = Reading(parameter: LineFixture.temperature, time: LineFixture.utc(70_000), quality: .badDeviceOffline)
    #expect(arrival(&pulse, away, receivedAt: 70_000) == .unusual)
    #expect(pulse.latest?.time == LineFixture.utc(70_000))
    pulse.isCalm = false
    #expect(arrival(&pulse, good(15, at: 60_000)) == .unusual)
    #expect(pulse.lastGood == LineFixture.utc(60_000))
    #expect(pulse.lastArrivalMonotonic == 7)
    var nobody = ParameterPulse.unplanned
    #expect(arrival(&nobody, good(15)) == .notPlanned)
    #expect(nobody == .unplanned)
  }

  @Test(
    "is silent after three intervals, after a second at least, and never where nothing is expected or a gap is open")
  func silence() {
    #expect(pulse(expected: 100_000).silentAfter == 1_000_000)
    #expect(pulse(expected: 5_000_000).silentAfter == 15_000_000)
    #expect(pulse(expected: 0).silentAfter == .max)
    #expect(ParameterPulse.unplanned.silentAfter == .max)
    var gap = pulse()
    gap.hasGap = true
    #expect(gap.silentAfter == .max)
  }
}
