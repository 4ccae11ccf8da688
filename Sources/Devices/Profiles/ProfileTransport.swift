/// Over what a device is asked or heard; the first thing that is read of a profile.
public enum ProfileTransport: String, Hashable, Sendable, CaseIterable {
  case modbus
  case mqtt

  /// Throws where a document is a profile for another transport: its keys would all be unknown.
  func check(_ root: DocumentNode, _ collector: IssueCollector) throws(DocumentIssues) {
    guard let node = root["transport"], let other = node.text.flatMap(ProfileTransport.init(rawValue:)), other != self
    else { return }
    node.fault(
      "this is a profile for devices that are reached over \(other.rawValue)",
      "Name a profile for \(rawValue), or wire the device over \(other.rawValue)")
    try collector.throwIfAny()
  }
}
