import ArgumentParser
import Devices
import Foundation
import Glibc
import Shopfloor

struct ProfilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "Check, list and show device profiles.",
    discussion: "Works without a configuration and without a running daemon.",
    subcommands: [ProfilesCheckCommand.self, ProfilesListCommand.self, ProfilesShowCommand.self])
}

/// The option that the commands on profiles share.
struct ProfilesOption: ParsableArguments {
  @Option(name: .long, help: "The folder of the profiles.")
  var profiles = "DeviceProfiles"

  var library: ProfileLibrary { ProfileLibrary(folder: profiles) }

  /// A profile by its name, or a file by its path.
  func entry(_ text: String) throws -> ProfileLibrary.Entry {
    if text.hasSuffix(".yaml") { return ProfileLibrary.Entry(path: text) }
    do throws(ProfileLibraryFault) {
      return try library.entry(named: text)
    } catch {
      throw CommandFailure(displayable(error.description, maximumCharacters: 4_000), EX_NOINPUT)
    }
  }
}

struct ProfilesCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name every fault of profiles, with what was probably meant; exit status 1 if any.",
    discussion: "Without files, all profiles of the folder are checked, and that no two share a name.")

  @OptionGroup var options: ProfilesOption

  @Argument(help: "Files, or names of profiles.")
  var files: [String] = []

  func run() async throws {
    let isFaultless = try await reporting {
      let library = options.library
      let entries = try files.isEmpty ? library.entries : files.map(options.entry)
      let (report, isFaultless) = Self.report(entries, duplicates: files.isEmpty ? library.duplicates : [])
      guard !entries.isEmpty else {
        throw CommandFailure(
          "There is no profile in \(options.profiles). Name the folder with --profiles, or a file.", EX_NOINPUT)
      }
      printLine(report)
      return isFaultless
    }
    // As make and editors expect of a checker.
    if !isFaultless { throw ExitCode(1) }
  }

  /// All faults, a line each, and a last line that counts.
  static func report(
    _ entries: [ProfileLibrary.Entry], duplicates: [[ProfileLibrary.Entry]]
  ) -> (text: String, isFaultless: Bool) {
    var lines: [String] = []
    for entry in entries {
      do throws(DocumentIssues) {
        _ = try LoadedProfile.load(entry)
      } catch {
        lines += error.issues.map(\.description)
      }
    }
    for entries in duplicates {
      let names = entries.map(\.qualifiedName).joined(separator: ", ")
      lines.append("\(entries[0].path):0:0: \(names) share their name. Rename all but one.")
    }
    let profiles = entries.count == 1 ? "1 profile" : "\(entries.count) profiles"
    let faults = lines.isEmpty ? "no faults" : lines.count == 1 ? "1 fault" : "\(lines.count) faults"
    return ((lines + ["\(profiles), \(faults)"]).joined(separator: "\n"), lines.isEmpty)
  }
}

struct ProfilesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the profiles: name, transport, vendor, model, how far they may be trusted, points.")

  @OptionGroup var options: ProfilesOption

  func run() async throws {
    try await reporting {
      let entries = options.library.entries
      guard !entries.isEmpty else {
        throw CommandFailure(
          "There is no profile in \(options.profiles). Name the folder with --profiles.", EX_NOINPUT)
      }
      printLine(Self.text(entries))
    }
  }

  static func text(_ entries: [ProfileLibrary.Entry]) -> String {
    var rows = [["NAME", "TRANSPORT", "VENDOR", "MODEL", "STATUS", "POINTS"]]
    var counts: [DeviceProfile.Status: Int] = [:]
    var faulty = 0
    for entry in entries {
      do throws(DocumentIssues) {
        let profile = try LoadedProfile.load(entry)
        counts[profile.status, default: 0] += 1
        rows.append([
          entry.qualifiedName, profile.transport.rawValue, profile.vendor, profile.model, profile.status.rawValue,
          "\(profile.pointCount)",
        ])
      } catch {
        faulty += 1
        rows.append([entry.qualifiedName, "-", "-", "-", "faulty", "see \"lotwire profiles check\""])
      }
    }
    var parts = DeviceProfile.Status.allCases.compactMap { status in counts[status].map { "\($0) \(status.rawValue)" } }
    if faulty > 0 { parts.append("\(faulty) faulty") }
    return TextTable.text(rows) + "\n\(entries.count) profiles: " + parts.joined(separator: ", ")
  }
}

/// Rows of words in columns.
enum TextTable {
  /// Columns are two spaces apart; nothing is cut off.
  static func text(_ rows: [[String]], indent: String = "") -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { index in
        index == row.count - 1
          ? row[index] : row[index] + String(repeating: " ", count: widths[index] - row[index].count)
      }
      let line = indent + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
