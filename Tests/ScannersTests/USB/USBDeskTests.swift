import Devices
import Shopfloor
import Testing

@testable import Scanners

@Suite struct USBDeskTests {
  private let identity = USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: nil, portPath: "1-1")

  private func plan(
    _ device: DeviceName = "a", serial: String? = nil, port: String? = nil,
    _ change: (inout USBScannerPlan) -> Void = { _ in }
  ) -> USBScannerPlan {
    var plan = USBScannerPlan(
      device: device, station: "press", vendor: 0x05E0, product: 0x1200, serialNumber: serial, portPath: port)
    change(&plan)
    return plan
  }

  private func at(_ port: String, serial: String? = nil) -> USBIdentity {
    USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: serial, portPath: port)
  }

  // LIBUSB_ERROR_ACCESS and LIBUSB_ERROR_NO_DEVICE.
  private let access = USBFault.libusb(code: -3, attempted: "opening")
  private let noDevice = USBFault.libusb(code: -4, attempted: "opening")

  /// SplitMix64.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test func deviceOfAnotherMakerIsForgottenAtOnce() {
    var desk = USBDesk([plan()])
    let keyboard = USBIdentity(vendor: 0x046D, product: 0xC31C, portPath: "1-1")
    #expect(desk.handle(.arrived(1, keyboard), at: 0) == [.forget(1)])
    #expect(desk.handle(.left(1), at: 0) == [])
    #expect(desk.status(of: 0).state == .offline)
  }

  @Test func exactPlanGoesFirst() {
    var desk = USBDesk([plan("a", port: "1-1"), plan("b", serial: "SN2")])
    #expect(
      desk.handle(.arrived(1, at("1-1", serial: "SN2")), at: 0) == [.open(plan: 1, 1, at("1-1", serial: "SN2"), .usb)])
    // Plugged over to another port, it still is the one with the serial number.
    _ = desk.handle(.left(1), at: 0)
    let moved = at("1-3", serial: "SN2")
    #expect(desk.handle(.arrived(2, moved), at: 0) == [.open(plan: 1, 2, moved, .usb)])
    #expect(desk.handle(.arrived(3, at("1-1")), at: 0) == [.open(plan: 0, 3, at("1-1"), .usb)])
  }

  @Test func secondOfTheTypeWaitsAndIsTold() {
    var desk = USBDesk([plan()])
    #expect(desk.handle(.arrived(1, at("1-1")), at: 0) == [.open(plan: 0, 1, at("1-1"), .usb)])
    #expect(desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: 0) == [])
    #expect(desk.handle(.arrived(2, at("1-2")), at: 0) == [])
    #expect(desk.status(of: 0).state == .degraded)
    #expect(desk.status(of: 0).words.contains("1-2"))
    // The first one goes: the second one is taken.
    #expect(desk.handle(.left(1), at: 0) == [.close(plan: 0), .forget(1), .open(plan: 0, 2, at("1-2"), .usb)])
    _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: 0)
    #expect(desk.status(of: 0).state == .online)
  }

  @Test func rightsThatSettleAreNoNews() throws {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    var now: Int64 = 0
    for attempt in 1...USBDesk.quietAttempts {
      #expect(desk.handle(.refused(plan: 0, access), at: now) == [])
      #expect(desk.status(of: 0).state == (attempt < USBDesk.quietAttempts ? .starting : .offline))
      let due = try #require(desk.deadline)
      #expect(desk.handle(.timePassed, at: due - 1) == [])
      now = due
      #expect(desk.handle(.timePassed, at: now) == [.open(plan: 0, 1, identity, .usb)])
      #expect(desk.deadline == nil)
    }
    #expect(desk.status(of: 0).words.contains("60-lotwire-scanners.rules"))
    _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: now)
    #expect(desk.status(of: 0).state == .online)
  }

  @Test func whoHoldsItIsToldAtOnce() {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    #expect(desk.handle(.refused(plan: 0, .held(by: "scand (process 12)")), at: 0) == [])
    #expect(desk.status(of: 0).state == .offline)
    #expect(desk.status(of: 0).words.contains("scand (process 12) holds it"))
    #expect(desk.deadline != nil)
  }

  @Test func inputDeviceIsTheWayAround() throws {
    var desk = USBDesk([plan { $0.fallsBackToInputDevice = true }])
    _ = desk.handle(.arrived(1, identity), at: 0)
    #expect(desk.handle(.refused(plan: 0, .held(by: nil)), at: 0) == [])
    let due = try #require(desk.deadline)
    _ = desk.handle(.timePassed, at: due)
    #expect(desk.handle(.refused(plan: 0, .held(by: nil)), at: due) == [.open(plan: 0, 1, identity, .inputDevice)])
    // Refused as well: both reasons are told, and libusb is tried again.
    #expect(desk.handle(.refused(plan: 0, .inputDevice(path: "/dev/input/event3", errorNumber: 13)), at: due) == [])
    #expect(desk.status(of: 0).words.contains("holds it"))
    #expect(desk.status(of: 0).words.contains("/dev/input/event3"))
    let next = try #require(desk.deadline)
    #expect(desk.handle(.timePassed, at: next) == [.open(plan: 0, 1, identity, .usb)])
  }

  @Test func withoutTheWordNothingFallsBack() throws {
    for plan in [
      plan(),
      plan {
        $0.fallsBackToInputDevice = true; $0.mode = .pointOfSale
      },
    ] {
      var desk = USBDesk([plan])
      _ = desk.handle(.arrived(1, identity), at: 0)
      for _ in 0..<10 {
        #expect(desk.handle(.refused(plan: 0, .held(by: nil)), at: 0) == [])
        let due = try #require(desk.deadline)
        #expect(desk.handle(.timePassed, at: due) == [.open(plan: 0, 1, identity, .usb)])
      }
    }
  }

  @Test func wrongModeIsNotTriedAgainButTheNextDeviceIs() {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, at("1-1")), at: 0)
    #expect(desk.handle(.refused(plan: 0, .wrongMode(wanted: .auto, found: .snapi)), at: 0) == [])
    #expect(desk.deadline == nil)
    #expect(desk.status(of: 0).words.contains("SNAPI"))
    #expect(desk.handle(.arrived(2, at("1-2")), at: 0) == [.open(plan: 0, 2, at("1-2"), .usb)])
    // Replugged, it may be in another mode.
    _ = desk.handle(.left(2), at: 0)
    _ = desk.handle(.left(1), at: 0)
    #expect(desk.handle(.arrived(3, at("1-1")), at: 0) == [.open(plan: 0, 3, at("1-1"), .usb)])
  }

  @Test func deviceThatWentWhileBeingOpenedIsForgotten() {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    #expect(desk.handle(.refused(plan: 0, noDevice), at: 0) == [.forget(1)])
    #expect(desk.handle(.left(1), at: 0) == [])
    #expect(desk.status(of: 0).words.contains("not plugged in"))
  }

  @Test func goneAndLeftTogetherCloseOnce() {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: 0)
    #expect(desk.handle(.gone(plan: 0), at: 0) == [.close(plan: 0), .forget(1)])
    #expect(desk.handle(.gone(plan: 0), at: 0) == [])
    #expect(desk.handle(.left(1), at: 0) == [])
  }

  @Test func brokenReadingIsOpenedAnewWithGrowingWaits() throws {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    var now: Int64 = 0
    for _ in 0..<8 {
      _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: now)
      #expect(desk.handle(.broke(plan: 0), at: now) == [.close(plan: 0)])
      #expect(desk.handle(.broke(plan: 0), at: now) == [])
      #expect(desk.status(of: 0).words.contains("reading failed"))
      now = try #require(desk.deadline)
      _ = desk.handle(.timePassed, at: now)
    }
    _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: now)
    // After a steady time the first wait is short again.
    now += USBDesk.steadyMicroseconds
    _ = desk.handle(.broke(plan: 0), at: now)
    #expect(try #require(desk.deadline) - now <= 200_000)
  }

  @Test func newDeviceAtAPortMeansThatTheOldOneLeft() {
    var desk = USBDesk([plan()])
    _ = desk.handle(.arrived(1, identity), at: 0)
    _ = desk.handle(.opened(plan: 0, words: "in keyboard mode"), at: 0)
    #expect(
      desk.handle(.arrived(2, identity), at: 0) == [.close(plan: 0), .forget(1), .open(plan: 0, 2, identity, .usb)])
    #expect(desk.handle(.left(1), at: 0) == [])
  }

  @Test func nearestDeviceIsTold() {
    var desk = USBDesk([plan("a", serial: "SN9"), plan("b", port: "1-4")])
    _ = desk.handle(.arrived(1, at("1-1", serial: "SN1")), at: 0)
    #expect(desk.status(of: 0).words.contains("\"SN1\""))
    let switched = USBIdentity(vendor: 0x05E0, product: 0x1900, portPath: "1-4")
    #expect(desk.handle(.arrived(2, switched), at: 0) == [])
    #expect(desk.status(of: 1).words.contains("1-1"))
    _ = desk.handle(.left(1), at: 0)
    #expect(desk.status(of: 1).words.contains("05e0:1900 is at port 1-4 instead"))
  }

  /// Any order of arrivals, leavings, refusals and failures: no device is opened for two plans, none that no plan names.
  @Test(arguments: 1...20) func anyOrderOpensOnlyWhatIsNamed(seed: UInt64) {
    var generator = Seeded(state: seed)
    let plans = [
      plan("a", port: "1-1"), plan("b", serial: "S2"), plan("c", port: "1-3") { $0.fallsBackToInputDevice = true },
    ]
    var desk = USBDesk(plans)
    var present: [Int: USBIdentity] = [:]
    var open: [Int: Int] = [:]
    var pending: [USBDesk.Action] = []
    var now: Int64 = 0
    for token in 1...400 {
      now += Int64.random(in: 0...1_000_000, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0, 1:
        let new = at(
          "1-\(Int.random(in: 1...4, using: &generator))", serial: Bool.random(using: &generator) ? "S2" : nil)
        // One port holds one device.
        if let old = present.first(where: { $0.value.portPath == new.portPath })?.key {
          present[old] = nil
          pending += desk.handle(.left(old), at: now)
        }
        present[token] = new
        pending += desk.handle(.arrived(token, new), at: now)
      case 2:
        if let old = present.keys.randomElement(using: &generator) {
          present[old] = nil
          pending += desk.handle(.left(old), at: now)
        }
      case 3:
        if let index = open.keys.randomElement(using: &generator) {
          pending += desk.handle(.broke(plan: index), at: now)
        }
      default: pending += desk.handle(.timePassed, at: now)
      }
      while !pending.isEmpty {
        switch pending.removeFirst() {
        case .open(let index, let token, let identity, let route):
          #expect(open[index] == nil && !open.values.contains(token))
          #expect(plans[index].names(identity))
          #expect(present[token] == identity)
          #expect(route == .usb || plans[index].fallsBackToInputDevice)
          if Int.random(in: 0..<3, using: &generator) == 0 {
            pending += desk.handle(.refused(plan: index, .held(by: nil)), at: now)
          } else {
            open[index] = token
            pending += desk.handle(.opened(plan: index, words: "in keyboard mode"), at: now)
          }
        case .close(let index): #expect(open.removeValue(forKey: index) != nil)
        case .forget(let token): #expect(present[token] == nil && !open.values.contains(token))
        }
      }
      for (index, token) in open { #expect(present[token] != nil && desk.status(of: index).state != .offline) }
    }
  }
}
