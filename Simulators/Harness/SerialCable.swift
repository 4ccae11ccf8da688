public import Foundation

/// Two serial lines that are joined as by a cable: pseudo terminals of socat, each under a path of its own.
public final class SerialCable {
  public let left: String
  public let right: String
  private let process: ChildProcess

  public init(folder: URL) throws {
    let ends = ["left", "right"].map { folder.appendingPathComponent("tty-\($0)").path }
    (left, right) = (ends[0], ends[1])
    process = try ChildProcess(
      name: "socat", path: "/usr/bin/socat",
      arguments: ["-d", "-d"] + ends.map { "pty,raw,echo=0,link=\($0)" },
      log: folder.appendingPathComponent("socat.log"))
    try process.waitForLine(containing: "starting data transfer loop", patienceSeconds: 120)
  }

  deinit { process.end() }
}
