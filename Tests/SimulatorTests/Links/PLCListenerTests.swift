import Devices
import Foundation
import Glibc
import Harness
import Testing

@testable import simulate

/// What quirks do to connections, on real sockets.
@Suite struct PLCListenerTests {
  /// A client that asks for register 30 of the peers' profile.
  private final class Client {
    private let descriptor: Int32

    init(port: Int, connectSeconds: Int = 20) {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var patience = timeval(tv_sec: connectSeconds, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      address.sin_port = in_port_t(port).bigEndian
      isConnected = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      patience.tv_sec = 20
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    let isConnected: Bool

    deinit { close(descriptor) }

    func send() {
      let request: [UInt8] = [0, 1, 0, 0, 0, 6, 1, 3, 0, 30, 0, 1]
      _ = Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    }

    /// Whether a whole answer came; false where the connection ended.
    func isAnswered() -> Bool {
      send()
      var reply = [UInt8](repeating: 0, count: 11)
      return recv(descriptor, &reply, reply.count, Int32(MSG_WAITALL)) == 11 && reply[7] == 3
    }

    /// Whether nothing came for a while.
    func isSilent(milliseconds: Int32 = 300) -> Bool {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&wanted, 1, milliseconds) == 0
    }
  }

  private func simulator(_ folder: TemporaryFolder, _ arguments: [String]) throws -> PLCSimulator {
    let profile = folder.file("peers.yaml")
    try PeerRoom.profile.write(to: profile, atomically: true, encoding: .utf8)
    return try PLCSimulator(folder: folder.url, arguments: ["--profile", profile.path] + arguments)
  }

  @Test func eachOfManyDevicesHasAPort() throws {
    let folder = try TemporaryFolder("many-ports")
    let simulator = try simulator(folder, ["--count", "300", "--separate-ports"])
    #expect(Set(simulator.ports).count == 300)
    for number in [1, 150, 300] {
      #expect(Client(port: simulator.ports[number - 1]).isAnswered())
      #expect(try simulator.journal().rows.last?.unit == number)
    }
    #expect(try simulator.end().contains("answered 3 requests"))
  }

  @Test func aSecondConnectionIsRefused() throws {
    let folder = try TemporaryFolder("one-connection")
    let simulator = try simulator(folder, ["--quirk", "one_connection"])
    let first = Client(port: simulator.ports[0])
    #expect(first.isAnswered())
    #expect(!Client(port: simulator.ports[0]).isAnswered())
    #expect(first.isAnswered())
  }

  @Test func aSecondConnectionDropsTheFirst() throws {
    let folder = try TemporaryFolder("drops-first")
    let simulator = try simulator(folder, ["--quirk", "one_connection, drops_first: true"])
    let first = Client(port: simulator.ports[0])
    #expect(first.isAnswered())
    let second = Client(port: simulator.ports[0])
    #expect(second.isAnswered())
    #expect(!first.isAnswered())
    #expect(second.isAnswered())
  }

  @Test func aHalfOpenDeviceAcceptsAndSaysNothing() throws {
    let folder = try TemporaryFolder("half-open")
    let simulator = try simulator(folder, ["--quirk", "half_open"])
    let client = Client(port: simulator.ports[0])
    #expect(client.isConnected)
    client.send()
    #expect(client.isSilent())
    #expect(try simulator.journal().rows.isEmpty)
  }

  @Test func aRebootResetsRefusesAndComesBackOnTheSamePort() async throws {
    let folder = try TemporaryFolder("reboot")
    let simulator = try simulator(folder, ["--quirk", "reboot, at_seconds: 1, for_seconds: 1, every_seconds: 3"])
    let port = simulator.ports[0]
    func becomes(_ wanted: Bool) async throws -> Bool {
      for _ in 0..<400 {
        if Client(port: port).isConnected == wanted { return true }
        try await Task.sleep(for: .milliseconds(20))
      }
      return false
    }
    let client = Client(port: port)
    #expect(try await becomes(false))
    #expect(!client.isAnswered())
    #expect(try await becomes(true))
    #expect(Client(port: port).isAnswered())
  }

  @Test func theProxyAndTheDeadPortDoWhatTheySay() throws {
    let folder = try TemporaryFolder("proxy")
    let simulator = try simulator(folder, [])
    let proxy = FaultProxy(target: simulator.ports[0])
    defer { proxy.stop() }
    let client = Client(port: proxy.port)
    #expect(client.isAnswered())
    for (fault, least) in [(.delay(microseconds: 150_000), 300), (.slowBytes(gapMicroseconds: 5_000), 110)]
      as [(FaultProxy.Fault, Int)]
    {
      proxy.set(fault)
      let start = ContinuousClock.now
      #expect(client.isAnswered())
      #expect(ContinuousClock.now - start >= .milliseconds(least))
    }
    proxy.set(.loss(rate: 1))
    client.send()
    #expect(client.isSilent())
    proxy.set(.none)
    proxy.set(.blackhole)
    client.send()
    #expect(client.isSilent())
    let dead = DeadPort()
    #expect(!Client(port: dead.port, connectSeconds: 1).isConnected)
    proxy.set(.reset)
    usleep(100_000)
    #expect(!client.isAnswered())
    #expect(!Client(port: proxy.port).isAnswered())
  }
}
