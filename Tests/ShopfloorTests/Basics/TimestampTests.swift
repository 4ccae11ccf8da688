import Shopfloor
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "prints and reads the same instant",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
      (1_795_234_848_000_001, "2026-11-21T04:20:48.000001Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func roundTrip(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
    #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
  }

  @Test("reads zones, fractions and dates alone")
  func zones() {
    #expect(Timestamp(iso8601: "2026-11-21T12:20:48+08:00") == Timestamp(iso8601: "2026-11-21T04:20:48Z"))
    #expect(Timestamp(iso8601: "2026-11-21T04:20:48.5Z")?.microseconds == 1_795_234_848_500_000)
    #expect(Timestamp(iso8601: "2026-11-21")?.description == "2026-11-21T00:00:00.000000Z")
  }

  @Test(
    "refuses what is no instant",
    arguments: [
      "", "2026", "2026-02-30", "2026-13-01", "2026-11-21T04:20:48", "2026-11-21T24:00:00Z", "2026-11-21T04:20:48.Z",
      "2026-11-21T04:20:48Zx", "21.11.2026", "2026-11-21T04:20:48+0800", "２０２６-11-21",
    ])
  func refused(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test("agrees with itself over 400 years of days")
  func everyDay() {
    for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
      let stamp = Timestamp(microseconds: day * 86_400_000_000 + 43_200_000_000)
      #expect(Timestamp(iso8601: stamp.description) == stamp)
    }
  }
}
