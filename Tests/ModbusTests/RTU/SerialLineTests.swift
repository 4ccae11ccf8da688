import Glibc
import Testing

@testable import Modbus

@Suite struct SerialLineTests {
  /// libmodbus would let the process abort at the first reply; in a process of its own, because the test fills its
  /// descriptor table.
  @Test func aDescriptorThatLibmodbusCannotWaitForIsRefused() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 2_048, rlim_max: 2_048)
      guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(4) }
      let terminal = PseudoTerminal()
      while open("/dev/null", O_RDONLY) < SerialLine.descriptorLimit {}
      do throws(SerialFault) {
        _ = try SerialLine(path: terminal.path, baud: 9_600, parity: .none, stopBits: 1)
        exit(2)
      } catch {
        exit(error.reason.contains("descriptor limit 1024") ? 0 : 3)
      }
    }
  }
}
