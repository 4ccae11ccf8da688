public import Foundation

/// The pristine database of the simulated factory (Simulators/Tryton): made once, kept beside the build products under
/// a name that changes with what makes it, and copied for whoever needs one.
public struct TrytonFactory: Sendable {
  /// The folder that holds `Simulators/` and `.build/`.
  public let repository: URL

  /// - Parameter repository: nil: the one that this file was compiled in.
  public init(repository: URL? = nil) {
    self.repository =
      repository
      ?? (0..<3).reduce(URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()) { folder, _ in
        folder.deletingLastPathComponent()
      }
  }

  static let database = "factory"
  static let firstAddedOrder = 5_000
  static let administratorPassword = "admin-of-pouches"

  private var look: URL { repository.appendingPathComponent("Simulators/Tryton/look.py") }
  private var script: URL { repository.appendingPathComponent("Simulators/Tryton/factory.py") }
  private var requirements: URL { repository.appendingPathComponent("Simulators/Tryton/requirements.txt") }

  /// A program of the virtual environment that `make setup` prepares.
  func program(_ name: String) throws -> String {
    let path = repository.appendingPathComponent(".build/python-tryton/bin/\(name)").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ChildProcess.Failure(description: "there is no \(path): run \"make setup\" first")
    }
    return path
  }

  /// Puts a fresh copy of the factory's database into the folder.
  ///
  /// - Parameter orders: so many orders of one lot more, WO-5000, WO-5001 …, each with a purchase PO-5000, PO-5001 …
  public func copy(into folder: URL, orders: Int = 0) throws {
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: folder.path) where name.hasPrefix(Self.database) {
      try files.removeItem(at: folder.appendingPathComponent(name))
    }
    let name = "\(Self.database).sqlite"
    try files.copyItem(
      at: pristine(orders: orders).appendingPathComponent(name), to: folder.appendingPathComponent(name))
  }

  /// Every row of the business of a copy, a line each; nothing of sessions, log-ins and logs.
  public func dump(of folder: URL) throws -> [String] { try lines(["dump", database(in: folder).path], folder) }

  /// How many refused log-ins Tryton counts for a user: with the fifth, the account is locked.
  public func refusedLogIns(of login: String, in folder: URL) throws -> Int {
    try lines(["refused", database(in: folder).path, login], folder).first.flatMap { Int($0) } ?? -1
  }

  private func database(in folder: URL) -> URL { folder.appendingPathComponent("\(Self.database).sqlite") }

  private func lines(_ arguments: [String], _ folder: URL) throws -> [String] {
    let log = folder.appendingPathComponent("look-\(UUID().uuidString.prefix(8)).txt")
    // A file of the test's own folder, which goes away as a whole.
    defer { try? FileManager.default.removeItem(at: log) }
    try run(arguments, of: look, log: log)
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  // MARK: Made once

  /// The folder with the pristine database. Whoever comes first makes it; others wait for it, in this process or another.
  private func pristine(orders: Int) throws -> URL {
    let shelf = repository.appendingPathComponent(".build/tryton-factory")
    try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
    let finished = shelf.appendingPathComponent(try fingerprint() + (orders > 0 ? "-\(orders)" : ""))
    if FileManager.default.fileExists(atPath: finished.path) { return finished }
    let beginning = orders > 0 ? try pristine(orders: 0) : nil
    let lock = open(shelf.appendingPathComponent("lock").path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw ChildProcess.Failure(description: "cannot lock \(shelf.path): errno \(errno)")
    }
    defer { close(lock) }
    if FileManager.default.fileExists(atPath: finished.path) { return finished }
    let workshop = shelf.appendingPathComponent("making-\(UUID().uuidString.prefix(8))")
    // Either renamed by then, or of no use.
    defer { try? FileManager.default.removeItem(at: workshop) }
    try make(in: workshop, from: beginning, orders: orders)
    try FileManager.default.moveItem(at: workshop, to: finished)
    return finished
  }

  private func make(in folder: URL, from beginning: URL?, orders: Int) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let configuration = folder.appendingPathComponent("trytond.conf")
    try Self.configuration(folder: folder, port: 0).write(to: configuration, atomically: true, encoding: .utf8)
    let log = folder.appendingPathComponent("making.log")
    let database = folder.appendingPathComponent("\(Self.database).sqlite")
    if let beginning {
      try FileManager.default.copyItem(at: beginning.appendingPathComponent(database.lastPathComponent), to: database)
      return try run(["orders", configuration.path, "\(Self.firstAddedOrder)", "\(orders)"], log: log)
    }
    try Data().write(to: database)
    let password = folder.appendingPathComponent("password")
    try "\(Self.administratorPassword)\n".write(to: password, atomically: true, encoding: .utf8)
    try run(["make", configuration.path], log: log, environment: ["TRYTONPASSFILE": password.path])
  }

  private func run(
    _ arguments: [String], of program: URL? = nil, log: URL, environment: [String: String] = [:]
  ) throws {
    let program = program ?? script
    let made = try ChildProcess(
      name: program.lastPathComponent, path: self.program("python"), arguments: [program.path] + arguments, log: log,
      environment: environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { first, _ in first })
    guard try made.waitUntilExit(patienceSeconds: 600) == 0 else {
      let words = try made.outputLines().suffix(15).joined(separator: "\n")
      throw ChildProcess.Failure(description: "\(program.lastPathComponent) \(arguments[0]) failed:\n\(words)")
    }
  }

  /// FNV-1a, 64 bit, of all that the database is made from.
  private func fingerprint() throws -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for file in [script, requirements] {
      for byte in try Data(contentsOf: file) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return String(hash, radix: 16)
  }

  /// Attachments lie in files beside the database; five wrong passwords lock an account, as in Tryton's own defaults.
  static func configuration(folder: URL, port: Int) -> String {
    """
    [database]
    uri = sqlite://
    path = \(folder.path)
    timeout = 30
    [web]
    listen = 127.0.0.1:\(port)
    [session]
    timeout = 3600
    max_attempt = 5
    [password]
    length = 4
    [request]
    max_size = 2097152
    max_size_authenticated = 134217728
    [attachment]
    filestore = True

    """
  }
}
