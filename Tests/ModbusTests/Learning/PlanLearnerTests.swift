import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct PlanLearnerTests {
  private func points(
    _ addresses: some Sequence<Int>, every interval: Int64 = LearningPoll.interval
  ) -> [ProfilePoint] {
    addresses.map { word("p\($0)", $0, interval: interval) }
  }

  private func good(_ readings: [Int: Reading]) -> Set<Int> {
    Set(readings.filter { $0.value.quality == .good && $0.value.value == Double($0.key + 1) }.keys)
  }

  @Test func theGuiltyAddressIsFoundInOnePollAndTheRestFlows() throws {
    var poll = try LearningPoll(points(0..<100), RefusingDevice(missing: [63]))
    let first = poll.run()
    #expect(good(first) == Set(0..<100).subtracting([63]))
    #expect(first[63]?.quality == .badDeviceException && first[63]?.detail == 2)
    #expect(poll.requests.count <= 1 + PlanLearner.maximumExtraRequestsPerPoll)
    #expect(poll.learner.learned.isEmpty)
    let second = poll.run()
    #expect(good(second) == Set(0..<100).subtracting([63]))
    #expect(poll.hasChanged)
    #expect(poll.learner.learned.unreadable == [.init(table: "holding", address: 63, count: 1, exception: 2)])
    #expect(poll.learner.learnedWords.map(\.english) == ["holding 63 (point p63) refused with exception 2"])
    // Two requests are enough from then on, and the refused point is bad in every poll.
    for number in 0..<4 {
      let readings = poll.run()
      #expect(good(readings) == Set(0..<100).subtracting([63]))
      #expect(readings[63]?.quality == .badDeviceException && readings[63]?.detail == 2)
      #expect(!poll.hasChanged)
      if number > 0 {
        #expect(poll.requests.map(\.address) == [0, 64])
      }
    }
  }

  @Test func whatWasLearnedSurvivesARestartAndAnotherProfileForgetsIt() throws {
    var learned = DeviceLimitsLearned(
      device: "plc", profileDigest: "digest",
      unreadable: [.init(table: "holding", address: 4, count: 1, exception: 2)], maximumRegisters: 3)
    var poll = try LearningPoll(points(0..<9), RefusingDevice(missing: [4]), learned: learned)
    #expect(good(poll.run()) == Set(0..<9).subtracting([4]))
    #expect(poll.requests.map { [$0.address, $0.count] } == [[0, 3], [3, 1], [5, 3], [8, 1]])
    learned.profileDigest = "another"
    poll = try LearningPoll(points(0..<9), RefusingDevice(), learned: learned)
    #expect(good(poll.run()) == Set(0..<9))
    #expect(poll.requests.count == 1)
  }

  @Test func aRefusedHoleIsBridgedNoMoreAndAnotherStillIs() throws {
    let rules = RequestRules(bridgesGaps: true)
    var poll = try LearningPoll(points([0, 1, 5, 6]), RefusingDevice(missing: [3]), rules: rules)
    #expect(poll.run().values.allSatisfy { $0.quality == .good })
    #expect(poll.learner.learned.unreadable == [.init(table: "holding", address: 2, count: 3, exception: 2)])
    #expect(
      poll.learner.learnedWords.map(\.english) == ["holding 2-4 (between points) refused with exception 2"])
    _ = poll.run()
    #expect(poll.requests.map { [$0.address, $0.count] } == [[0, 2], [5, 2]])
  }

  @Test func aDeviceThatRefusesHolesIsAskedWithoutAny() throws {
    let rules = RequestRules(bridgesGaps: true)
    var poll = try LearningPoll(
      points([0, 2, 4, 6]), RefusingDevice(missing: [1, 3, 5]), rules: rules)
    #expect(poll.run().values.allSatisfy { $0.quality == .good })
    #expect(poll.learner.learned.refusesGaps)
    #expect(poll.run().count == 4)
    #expect(poll.requests.count == 4)
  }

  @Test(arguments: [(50, 125), (7, 100), (1, 20), (62, 250)])
  func theSizeIsLearnedDownwards(maximum: Int, count: Int) throws {
    var poll = try LearningPoll(points(0..<count), RefusingDevice(maximum: maximum))
    var requests = 0
    for _ in 0..<30 {
      let readings = poll.run()
      requests = poll.requests.count
      #expect(requests <= count + PlanLearner.maximumExtraRequestsPerPoll)
      #expect(readings.count == count)
    }
    #expect(good(poll.run()) == Set(0..<count))
    let learned = try #require(poll.learner.learned.maximumRegisters)
    #expect(learned <= maximum && learned * 2 + 1 >= maximum)
    #expect(poll.learner.learned.unreadable.isEmpty)
    #expect(poll.requests.allSatisfy { $0.count <= maximum })
  }

  @Test func aBorderInsideTheDeviceIsKeptApart() throws {
    var poll = try LearningPoll(points(0..<20), RefusingDevice(borders: [13]))
    for _ in 0..<6 { #expect(good(poll.run()) == Set(0..<20)) }
    #expect(poll.learner.learned.isEmpty)
    let settled = poll.requests.count
    #expect(settled <= 6)
    _ = poll.run()
    #expect(poll.requests.count == settled)
  }

  /// The stretch whose time has come is of slow points: fast polls need not look for it every time, and do not keep the
  /// slow ones from it.
  @Test func aProbeOfSlowPointsIsNotLookedForInEveryFastPoll() throws {
    let slow: Int64 = 300_000_000
    var poll = try LearningPoll(
      points(0..<2) + points([9], every: slow), RefusingDevice(),
      learned: DeviceLimitsLearned(
        device: "plc", profileDigest: "digest",
        unreadable: [.init(table: "holding", address: 9, count: 1, exception: 2)]))
    _ = poll.run()
    poll.now += PlanLearner.probeIntervalMicroseconds + 1
    let fast = [LearningPoll.interval]
    _ = poll.run()
    let look = try #require(poll.learner.nextProbeLooks[fast])
    #expect(look == poll.now + PlanLearner.probeLookIntervalMicroseconds)
    _ = poll.run()
    #expect(poll.learner.nextProbeLooks[fast] == look)
    _ = poll.run(due: [LearningPoll.interval, slow])
    #expect(poll.requests.contains { $0.address == 9 } && poll.learner.learned.unreadable.isEmpty)
  }

  @Test func aDeviceThatRefusesEverythingTeachesNothing() throws {
    var poll = try LearningPoll(points(0..<40) + points(60..<80), RefusingDevice())
    poll.device.refusesEverything = true
    for number in 0..<50 {
      let readings = poll.run()
      #expect(readings.count == 60)
      #expect(readings.values.allSatisfy { $0.quality == .badDeviceException && $0.detail == 2 })
      #expect(!poll.hasChanged && poll.learner.learned.isEmpty)
      // After the first poll no more than the plan and one sign of life.
      if number > 0 { #expect(poll.requests.count <= 3) }
    }
    poll.device.refusesEverything = false
    _ = poll.run()
    #expect(poll.run().values.allSatisfy { $0.quality == .good })
    #expect(poll.learner.learned.isEmpty && poll.requests.count == 2)
  }

  /// Only one point of the device can be read: it is found in the end, and the others are learned.
  @Test func oneReadablePointAmongMany() throws {
    var poll = try LearningPoll(points(0..<30), RefusingDevice(missing: Set(0..<30).subtracting([17])))
    for _ in 0..<80 { _ = poll.run() }
    #expect(good(poll.run()) == [17])
    #expect(poll.learner.learned.unreadable.count == 29)
    #expect(poll.requests.map(\.address) == [17])
  }

  @Test func theOnlyPointIsNeverLearned() throws {
    var poll = try LearningPoll(points([5]), RefusingDevice(missing: [5]))
    for _ in 0..<10 { #expect(poll.run()[0]?.quality == .badDeviceException) }
    #expect(poll.learner.learned.isEmpty)
  }

  @Test func aDeviceThatRestartsAmidAPollTeachesNothing() throws {
    var poll = try LearningPoll(points(0..<10) + points(20..<30), RefusingDevice(missing: []))
    _ = poll.run()
    // Refused once while starting up, in a poll in which another block was answered.
    poll.device.missing = Set(20..<30)
    _ = poll.run()
    poll.device.missing = []
    for _ in 0..<3 { _ = poll.run() }
    #expect(poll.learner.learned.isEmpty)
    #expect(poll.requests.count == 2)
  }

  @Test func aRefusedPointIsProbedNowAndThenAndUnlearned() throws {
    var poll = try LearningPoll(points(0..<10), RefusingDevice(missing: [4]))
    _ = poll.run()
    _ = poll.run()
    #expect(poll.learner.learned.unreadable.count == 1)
    _ = poll.run()
    poll.now += PlanLearner.probeIntervalMicroseconds
    #expect(poll.run()[4]?.quality == .badDeviceException)
    #expect(poll.requests.contains(ReadRequest(table: .holding, address: 4, count: 1)))
    _ = poll.run()
    #expect(!poll.requests.contains(ReadRequest(table: .holding, address: 4, count: 1)))
    poll.device.missing = []
    poll.now += PlanLearner.probeIntervalMicroseconds
    let readings = poll.run()
    #expect(readings[4]?.quality == .good && readings[4]?.value == 5)
    #expect(poll.hasChanged && poll.learner.learned.isEmpty)
    _ = poll.run()
    #expect(poll.requests == [ReadRequest(table: .holding, address: 0, count: 10)])
  }

  @Test func groupsAreRefusedWholeAndScalesGoWithTheirSource() throws {
    var all = points([0, 1, 2, 3, 4])
    all[1].atomicGroup = "g"
    all[2].atomicGroup = "g"
    all[3].scaleSource = ScaleSource(point: "p4", meaning: .factor)
    var poll = try LearningPoll(all, RefusingDevice(missing: [2, 4]))
    for _ in 0..<6 { _ = poll.run() }
    #expect(
      poll.learner.learned.unreadable == [
        .init(table: "holding", address: 1, count: 2, exception: 2),
        .init(table: "holding", address: 4, count: 1, exception: 2),
      ])
    let readings = poll.run()
    #expect(
      (0..<5).map { readings[$0]?.quality } == [
        .good, .badDeviceException, .badDeviceException, .badScaleUnavailable, .badDeviceException,
      ])
  }

  @Test func otherExceptionsTeachNothing() throws {
    var poll = try LearningPoll(points(0..<10), RefusingDevice(maximum: 5))
    poll.device.sizeException = 4
    for _ in 0..<5 {
      #expect(poll.run().values.allSatisfy { $0.quality == .badDeviceException && $0.detail == 4 })
      #expect(poll.requests.count == 1)
    }
    #expect(poll.learner.learned.isEmpty)
  }

  @Test func slowPointsKeepTheirOwnSearch() throws {
    let slow: Int64 = 10_000_000
    let all = points(0..<20) + points(20..<80, every: slow)
    var poll = try LearningPoll(all, RefusingDevice(missing: [41, 55, 70]))
    for slot in 0..<60 {
      let isBoth = slot % 10 == 0
      let readings = poll.run(due: isBoth ? [LearningPoll.interval, slow] : [LearningPoll.interval])
      #expect(good(readings).isSuperset(of: 0..<20))
    }
    #expect(poll.learner.learned.unreadable.map(\.address) == [41, 55, 70])
  }
}
