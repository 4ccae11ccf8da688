import FoundationEssentials

/// The profiles of a folder: `<vendor>/<model>.yaml`, and a plant's own ones beside the vendors' folders.
public struct ProfileLibrary: Sendable {
  public struct Entry: Hashable, Sendable {
    /// The name of the file without its ending.
    public var name: String
    /// The folder that the file lies in; nil for a file beside the folders.
    public var vendor: String?
    public var path: String

    init(name: String, vendor: String?, path: String) {
      self.name = name
      self.vendor = vendor
      self.path = path
    }

    /// A file outside a library, called by its own name.
    public init(path: String) {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      self.init(name: file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file, vendor: nil, path: path)
    }

    /// The name that no other profile has, "lotwire/heat-sealer".
    public var qualifiedName: String { vendor.map { "\($0)/\(name)" } ?? name }
  }

  public let folder: String
  /// Sorted by vendor and name; at most ``maximumFiles``.
  public let entries: [Entry]

  /// Most files that are looked at.
  public static let maximumFiles = 10_000

  public init(folder: String) {
    self.folder = folder
    var found: [Entry] = []
    for name in Self.names(in: folder) {
      if let profile = Self.profileName(name) {
        found.append(Entry(name: profile, vendor: nil, path: "\(folder)/\(name)"))
        continue
      }
      for file in Self.names(in: "\(folder)/\(name)") {
        guard let profile = Self.profileName(file) else { continue }
        found.append(Entry(name: profile, vendor: name, path: "\(folder)/\(name)/\(file)"))
      }
      if found.count > Self.maximumFiles { break }
    }
    entries = Array(found.sorted { $0.qualifiedName < $1.qualifiedName }.prefix(Self.maximumFiles))
  }

  /// The profile that is called `text`: by its file alone, or with its folder.
  public func entry(named text: String) throws(ProfileLibraryFault) -> Entry {
    if let entry = entries.first(where: { $0.qualifiedName == text && $0.vendor != nil }) { return entry }
    let found = entries.filter { $0.name == text }
    if found.count > 1 {
      let names = found.map(\.qualifiedName).joined(separator: ", ")
      throw ProfileLibraryFault(
        problem: "there are \(found.count) profiles with this name in \(folder): \(names)",
        remedy: "Write the folder too: \(found[0].qualifiedName)")
    }
    if let entry = found.first { return entry }
    guard !entries.isEmpty else {
      throw ProfileLibraryFault(
        problem: "there is no profile \"\(text.prefix(100))\" in \(folder), and no other one",
        remedy: "Write the folder of the profiles under profiles:")
    }
    let isQualified = text.contains("/")
    let names = entries.map { isQualified ? $0.qualifiedName : $0.name }
    let nearest = names.min { editDistance($0, text) < editDistance($1, text) } ?? ""
    throw ProfileLibraryFault(
      problem: "there is no profile \"\(text.prefix(100))\" in \(folder)",
      remedy: editDistance(nearest, text) <= 3
        ? "Write \"\(nearest)\" if you mean that" : "Write one of: \(names.joined(separator: ", "))")
  }

  /// Profiles that share their name, which is refused.
  public var duplicates: [[Entry]] {
    Dictionary(grouping: entries, by: \.name).values.filter { $0.count > 1 }.sorted { $0[0].name < $1[0].name }
  }

  /// The file names of a folder; none where there is no folder to be read, which the search for a name then says.
  private static func names(in folder: String) -> [String] {
    // An unreadable folder holds no profile; whoever asks for one is told so with the folder's name.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func profileName(_ file: String) -> String? {
    file.hasSuffix(".yaml") && file.count > 5 ? String(file.dropLast(5)) : nil
  }
}

/// Why no profile was found: what was read, and what to write instead.
public struct ProfileLibraryFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var problem: String
  public var remedy: String

  public var description: String { "\(problem). \(remedy)." }
}
