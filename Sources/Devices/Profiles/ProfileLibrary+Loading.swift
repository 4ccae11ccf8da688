import FoundationEssentials

extension ProfileLibrary {
  /// The text of a file, and the profile of a Modbus device in it; throws all faults of the file.
  public static func load(_ entry: Entry) throws(DocumentIssues) -> (profile: DeviceProfile, text: String) {
    let text = try text(of: entry)
    return (try DeviceProfile.load(text: text, file: entry.path, called: entry.name), text)
  }

  /// The text of a file, and the profile of a device that sends messages in it; throws all faults of the file.
  /// - Parameter arguments: what stands for its placeholders; nil: they stay as they are.
  public static func loadMessages(
    _ entry: Entry, arguments: [String: String]? = nil
  ) throws(DocumentIssues) -> (profile: MessageProfile, text: String) {
    let text = try text(of: entry)
    return (
      try MessageProfile.load(text: text, file: entry.path, called: entry.name, arguments: arguments), text
    )
  }

  /// Over what the device of a profile is reached; throws where the file cannot be read or does not say it.
  public static func transport(of entry: Entry) throws(DocumentIssues) -> ProfileTransport {
    let (root, collector) = try DocumentNode.parse(try text(of: entry), file: entry.path)
    let transport = root.required("transport", "Write \"transport: modbus\" or \"transport: mqtt\"")?
      .choice(ProfileTransport.allCases.map(\.rawValue)).flatMap(ProfileTransport.init(rawValue:))
    try collector.throwIfAny()
    guard let transport else {
      // What is missing or none of the words has reported a fault above.
      preconditionFailure("a transport without faults was not read")
    }
    return transport
  }

  /// The profiles of devices that are reached over a transport; files that do not say theirs are none.
  public func entries(over transport: ProfileTransport) -> [Entry] {
    entries.filter { entry in
      do throws(DocumentIssues) {
        return try Self.transport(of: entry) == transport
      } catch {
        return false
      }
    }
  }

  private static func text(of entry: Entry) throws(DocumentIssues) -> String {
    guard let data = FileManager.default.contents(atPath: entry.path) else {
      throw DocumentIssues([
        DocumentIssue(
          file: entry.path, line: 0, column: 0, problem: "the file cannot be read",
          remedy: "Check that it exists and may be read")
      ])
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DocumentIssues([
        DocumentIssue(
          file: entry.path, line: 0, column: 0, problem: "the file is not UTF-8", remedy: "Save it as UTF-8")
      ])
    }
    return text
  }
}
