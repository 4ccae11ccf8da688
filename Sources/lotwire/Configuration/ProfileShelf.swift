import Devices
import Foundation
import Shopfloor

/// The profiles that one reading of a configuration asks for: a thousand devices of one model read its file once.
struct ProfileShelf {
  typealias Loaded = (profile: DeviceProfile, digest: String)

  private let library: ProfileLibrary
  /// By the path of the file; nil where it has faults, which are reported once.
  private var loaded: [String: Loaded?] = [:]

  init(folder: String) { library = ProfileLibrary(folder: folder) }

  /// The profile that a configuration names; reports at `node`, or in the file of the profile, why there is none.
  mutating func profile(_ name: String, _ node: DocumentNode, _ collector: IssueCollector) -> Loaded? {
    let entry: ProfileLibrary.Entry
    do throws(ProfileLibraryFault) {
      entry = try library.entry(named: name)
    } catch {
      node.fault(displayable(error.problem, maximumCharacters: 1_000), error.remedy)
      return nil
    }
    if let known = loaded[entry.path] { return known }
    var found: Loaded?
    do throws(DocumentIssues) {
      let (profile, text) = try ProfileLibrary.load(entry)
      found = (profile, ShortDigest.of(text))
    } catch {
      for issue in error.issues { collector.add(issue) }
    }
    loaded[entry.path] = .some(found)
    return found
  }

  /// The profile of a device that sends messages, with what the installation says in its place; reports at the nodes, or
  /// in the file of the profile, why there is none.
  ///
  /// - Returns: the digest is that of the file; what the installation says stands in the topics.
  func messages(
    _ node: DocumentNode, _ arguments: DocumentNode?, _ collector: IssueCollector
  ) -> (profile: MessageProfile, digest: String)? {
    let remedy = "Write the name of a device profile: profile: shelly/plus-ht. \"lotwire profiles list\" shows them"
    guard let name = node.string(remedy) else { return nil }
    do throws(ProfileLibraryFault) {
      let entry = try library.entry(named: name)
      do throws(DocumentIssues) {
        let declared = try ProfileLibrary.loadMessages(entry).profile.arguments
        guard let values = MessageProfile.Argument.values(of: declared, with: arguments, at: node) else { return nil }
        let (profile, text) = try ProfileLibrary.loadMessages(entry, arguments: values)
        return (profile, ShortDigest.of(text))
      } catch {
        for issue in error.issues { collector.add(issue) }
      }
    } catch {
      node.fault(displayable(error.problem, maximumCharacters: 1_000), error.remedy)
    }
    return nil
  }
}
