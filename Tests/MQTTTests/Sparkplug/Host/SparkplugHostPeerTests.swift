import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// The host against Debian's mosquitto and edge nodes that others wrote.
@Suite struct SparkplugHostPeerTests {
  private final class Room {
    let folder: TemporaryFolder
    let broker: MosquittoBroker
    let inbox = HeldInbox()
    let host: SparkplugHost

    init() throws {
      folder = try TemporaryFolder("sparkplug-host")
      broker = try MosquittoBroker(folder: folder.url)
      var plan = HostRoom.plan
      plan.connection = MQTTConnection(host: "127.0.0.1", port: broker.port, clientID: "lotwire-sparkplug")
      plan.devices[0].points[0].range = -30...30
      host = SparkplugHost(
        plan: plan, inbox: inbox, backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 400_000))
    }

    deinit { host.stop() }

    func start() throws {
      try host.start()
      try eventually("the host is connected") { host.status().allSatisfy { $0.detail.contains("connected to") } }
    }

    func readings(of parameter: ParameterIndex) -> [Reading] {
      inbox.durable.flatMap(\.readings).filter { $0.parameter == parameter }
    }

    var texts: [String] { inbox.durable.flatMap(\.texts).map(\.text) }

    func status(_ device: DeviceName) throws -> LinkStatus {
      try #require(host.status().first { $0.device == device })
    }

    /// The status follows what is kept of a message.
    func becomes(_ state: LinkStatus.State, _ device: DeviceName) throws {
      try eventually("\(device) is \(state)") { try status(device).state == state }
    }

    func watch(_ topic: String) throws -> ChildProcess {
      let watch = try ChildProcess(
        name: "paho", path: try SparkplugPeers.python("python-sparkplug"),
        arguments: ["-u", SparkplugPeers.script("paho_watch.py"), "\(broker.port)", topic],
        log: folder.file("watch-\(UUID().uuidString.prefix(8)).log"))
      try watch.waitForLine(containing: "ready")
      return watch
    }
  }

  @Test func pysparkplugIsReadFromBirthToDeath() throws {
    let room = try Room()
    try room.start()
    let node = try SparkplugPeers.Puppet(
      "pysparkplug_node.py", environment: "python-sparkplug", arguments: ["\(room.broker.port)"], folder: room.folder)
    try node.tell("connect")
    try eventually("births") { !room.readings(of: HostRoom.count).isEmpty }
    #expect(room.readings(of: HostRoom.nodeParameter).map(\.value) == [-24])
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5])
    #expect(room.readings(of: HostRoom.count).map(\.value) == [-1])
    #expect(room.texts == ["Käse"])
    try room.becomes(.online, "oven")
    try node.tell("temperature 22.25")
    try node.tell("voltage -250")
    try node.tell("history 1 2 3")
    try eventually("data") { room.readings(of: HostRoom.count).count == 4 }
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5, 22.25])
    #expect(room.readings(of: HostRoom.nodeParameter).map(\.value) == [-24, -25])
    let history = room.readings(of: HostRoom.count).suffix(3)
    #expect(history.map(\.value) == [1, 2, 3] && history.allSatisfy { $0.quality == .good })
    #expect(history.map(\.time) == history.map(\.time).sorted())
    try node.tell("deregister")
    try eventually("the device is away") { room.readings(of: HostRoom.temperature).last?.quality == .badDeviceOffline }
    try room.becomes(.offline, "oven")
    try room.becomes(.online, "cell")
    #expect(room.inbox.durable.flatMap(\.readings).allSatisfy { $0.quality.isGood || $0.quality == .badDeviceOffline })
    // Killed, so that the broker publishes its will.
    node.process.killNow()
    try eventually("the node is away") {
      room.readings(of: HostRoom.nodeParameter).last?.quality == .badDeviceOffline
    }
    try room.becomes(.offline, "cell")
  }

  @Test func aNodeThatWasThereBeforeUsIsAskedForItsBirth() throws {
    let room = try Room()
    let node = try SparkplugPeers.Puppet(
      "pysparkplug_node.py", environment: "python-sparkplug", arguments: ["\(room.broker.port)"], folder: room.folder)
    try node.tell("connect")
    // pysparkplug leaves it to the program to answer; ours only says that it was asked.
    try room.start()
    try node.process.waitForLine(containing: "command Node Control/Rebirth True")
    try node.tell("temperature 30.5")
    try eventually("a value with name and type") { room.readings(of: HostRoom.temperature).last?.value == 30.5 }
  }

  @Test(arguments: [false, true]) func aDeviceWithoutItsNodeIsReadWhereItIsSafe(_ isRetained: Bool) throws {
    let room = try Room()
    if !isRetained { try room.start() }
    let device = try SparkplugPeers.Puppet(
      "wrapper_device.py", environment: "python-sparkplug-wrapper",
      arguments: ["\(room.broker.port)"] + (isRetained ? ["retain"] : []), folder: room.folder)
    try device.tell("connect")
    if isRetained { try room.start() }
    try device.tell("temperature 22.5")
    try device.tell("temperature 23.5")
    try eventually("data") { room.readings(of: HostRoom.temperature).map(\.value) == [22.5, 23.5] }
    #expect(room.readings(of: HostRoom.temperature).allSatisfy { $0.quality == .good })
    try eventually("said so") { try room.status("oven").detail.contains("off the specification") }
    try device.tell("disconnect")
    try eventually("the device is away") { room.readings(of: HostRoom.temperature).last?.quality == .badDeviceOffline }
    #expect(try room.status("oven").counters.requests <= 6, "asked for births, but not flooded")
  }

  @Test func othersSeeWhetherWeAreThere() throws {
    let room = try Room()
    let watch = try room.watch("spBv1.0/#")
    try room.start()
    let birth = try watch.waitForLine(containing: "STATE/lotwire 1 0")
    let online = try #require(HostStateMessage(payload(birth)))
    #expect(online.isOnline)
    try watch.waitForLine(containing: "message spBv1.0/plant/NCMD/cell 0 0")
    let late = try room.watch("spBv1.0/STATE/lotwire")
    let kept = try late.waitForLine(containing: "STATE/lotwire 1 1")
    #expect(HostStateMessage(payload(kept)) == online, "retained")
    room.host.stop()
    try eventually("the good-bye") { try watch.outputLines().filter { $0.contains("STATE/lotwire") }.count == 2 }
    let last = try watch.outputLines().last ?? ""
    let death = try #require(HostStateMessage(payload(last)))
    #expect(!death.isOnline && death.timestamp >= online.timestamp)
  }

  /// Mosquitto's log says of each client which protocol it speaks and whether its session is a clean one.
  @Test func theSessionIsACleanOne() throws {
    let room = try Room()
    try room.start()
    let logs = try FileManager.default.contentsOfDirectory(at: room.folder.url, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix("mosquitto-") }
    let text = try logs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }.joined()
    #expect(text.contains("as lotwire-sparkplug (p2, c1,"))
  }

  /// A time ahead of ours needs another will; one that cannot be true is not followed.
  @Test(arguments: [100, 4_000_000_000] as [Int64])
  func whoSaysThatWeAreAwayIsContradicted(_ secondsAhead: Int64) throws {
    let room = try Room()
    try room.start()
    let watch = try room.watch("spBv1.0/STATE/lotwire")
    let time = SystemClock().now().utc.milliseconds + secondsAhead * 1_000
    let publisher = try ChildProcess(
      name: "mosquitto_pub", path: "/usr/bin/mosquitto_pub",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(room.broker.port)", "-q", "1", "-r", "-t", "spBv1.0/STATE/lotwire", "-m",
        #"{"online":false,"timestamp":\#(time)}"#,
      ], log: room.folder.file("publisher.log"))
    #expect(try publisher.waitUntilExit(patienceSeconds: 30) == 0)
    try eventually("online again") {
      let states = try watch.outputLines().compactMap { HostStateMessage(payload($0)) }
      guard let last = states.last, states.contains(HostStateMessage(isOnline: false, timestamp: time)) else {
        return false
      }
      return last.isOnline && (secondsAhead > 300 ? last.timestamp < time : last.timestamp == time + 1)
    }
  }

  @Test func aBrokerThatGoesMakesValuesStaleAndComesBackWithBirths() throws {
    let room = try Room()
    try room.start()
    let node = try SparkplugPeers.Puppet(
      "pysparkplug_node.py", environment: "python-sparkplug", arguments: ["\(room.broker.port)"], folder: room.folder)
    try node.tell("connect")
    try eventually("births") { !room.readings(of: HostRoom.count).isEmpty }
    room.broker.stop()
    // Which one depends on whether the broker still sends the node's will before it goes.
    try eventually("stale") {
      [.badNotConnected, .badDeviceOffline].contains(room.readings(of: HostRoom.temperature).last?.quality)
    }
    try room.broker.start()
    // paho connects again by itself, and pysparkplug is born again.
    try eventually("born again") { room.readings(of: HostRoom.temperature).last?.quality == .good }
    try eventually("online") { try room.status("oven").state == .online }
  }

  private func payload(_ line: String) -> [UInt8] {
    PayloadWords.bytes(line.split(separator: " ").last ?? "")
  }
}
