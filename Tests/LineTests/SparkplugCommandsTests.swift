import Devices
import MQTT
import Shopfloor
import Synchronization
import Testing

@testable import lotwire

@Suite("Commands of hosts on their way to the recorder")
struct SparkplugCommandsTests {
  private func command(_ number: Int) -> SparkplugEdgeCommand {
    SparkplugEdgeCommand(device: nil, metric: "Write/plc-1/setpoint", value: .integer(Int64(number)))
  }

  @Test("they keep their order, and too many are turned away, counted")
  func inOrder() async throws {
    let commands = SparkplugCommands()
    for number in 0..<(SparkplugCommands.maximumWaiting + 5) { commands.put(command(number)) }
    #expect(commands.counts.turnedAway == 5)
    let seen = Mutex<[SparkplugEdgeCommand]>([])
    let running = Task {
      await commands.run { command in
        // Each waits for the recorder; the next one must not pass it.
        await Task.yield()
        return seen.withLock { seen in
          seen.append(command)
          return seen.count % 2 == 0
        }
      }
    }
    let half = UInt64(SparkplugCommands.maximumWaiting / 2)
    while commands.counts.carriedOut + commands.counts.refused < 2 * half { await Task.yield() }
    running.cancel()
    await running.value
    #expect(seen.withLock { $0 } == (0..<SparkplugCommands.maximumWaiting).map(command))
    #expect(commands.counts == .init(turnedAway: 5, refused: half, carriedOut: half))
    let words = SparkplugService.words("connected", commands.counts)
    #expect(words.hasPrefix("connected; ") && words.contains("5 commands were turned away"))
  }
}
