import Foundation
import Glibc
import PlainCFloor

/// What stopped the benchmark, in words.
struct BenchFault: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// What one contestant did with one workload.
struct Outcome {
  var readings: Int
  var seconds: Double
  var cpuSeconds: Double
  var bytes: Int64
  /// One a commit.
  var commitSeconds: [Double]
  /// Events that the readings brought; 0 for the floor.
  var events: Int64 = 0

  var readingsPerSecond: Double { Double(readings) / seconds }
  var cpuMicrosecondsPerReading: Double { cpuSeconds * 1e6 / Double(readings) }
  var bytesPerReading: Double { Double(bytes) / Double(readings) }
}

/// Wall clock and processor time of the whole process (user and system, every thread) from a start on.
struct Stopwatch {
  private let wall = Self.wallSeconds()
  private let cpu = Self.cpuSeconds()

  func passed() -> (seconds: Double, cpuSeconds: Double) { (Self.wallSeconds() - wall, Self.cpuSeconds() - cpu) }

  static func wallSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

enum Disk {
  /// How long appending 4 KiB and `fdatasync` take in this folder: one entry a try, in seconds.
  static func syncSeconds(in folder: String, tries: Int) throws(BenchFault) -> [Double] {
    let path = folder + "/sync"
    let file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw BenchFault("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    defer {
      close(file)
      unlink(path)
    }
    let block = [UInt8](repeating: 0x5A, count: 4_096)
    var seconds: [Double] = []
    for _ in 0..<tries {
      let start = Stopwatch.wallSeconds()
      guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else {
        throw BenchFault("\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
      seconds.append(Stopwatch.wallSeconds() - start)
    }
    return seconds
  }

  /// The size of a closed database with its whole WAL in it.
  static func size(ofDatabase path: String) throws(BenchFault) -> Int64 {
    let result = floor_checkpoint(path)
    guard result == 0 else { throw BenchFault("\(path): the checkpoint failed with SQLite error \(result)") }
    var status = stat()
    guard stat(path, &status) == 0 else { throw BenchFault("\(path) is gone") }
    return Int64(status.st_size)
  }

  static func removeDatabase(_ path: String) {
    for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
  }
}

extension [Double] {
  /// The nearest-rank percentile; of an even count the median is the lower of the middle two.
  func percentile(_ percent: Double) -> Double {
    guard !isEmpty else { return .nan }
    let rank = Int((percent / 100 * Double(count)).rounded(.up))
    return sorted()[Swift.min(Swift.max(rank, 1), count) - 1]
  }

  var median: Double { percentile(50) }
}
