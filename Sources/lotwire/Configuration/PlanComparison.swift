import Crypto
import Foundation
import Shopfloor

/// What an auditor is told of a change of configuration: every value that differs, old and new.
enum PlanComparison {
  /// SHA-256 over the plan as JSON with sorted keys, lower-case hex.
  static func digest(of plan: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes: Data
    do {
      bytes = try encoder.encode(plan)
    } catch {
      // Two plans that share a digest would count as one: better no start than a change that is not seen.
      preconditionFailure("a checked plan holds finite numbers and texts alone: \(error)")
    }
    return SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Lines such as "stations.sealer-1.parameters.seal.temperature.alarm.high: 185 → 186".
  static func changes<Plan: Encodable>(from old: Plan, to new: Plan) -> [String] {
    let before = flat(old)
    let after = flat(new)
    return Set(before.keys).union(after.keys).sorted().compactMap { key in
      switch (before[key], after[key]) {
      case (let left?, let right?): left == right ? nil : "\(key): \(left) → \(right)"
      case (let left?, nil): "\(key): \(left) → removed"
      case (nil, let right?): "\(key): added \(right)"
      case (nil, nil): nil
      }
    }
  }

  /// The plan for people to read, with sorted keys.
  static func readableJSON(of plan: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  private static func flat(_ plan: some Encodable) -> [String: String] {
    // As above: a plan always encodes, and what was encoded decodes.
    guard let data = try? JSONEncoder().encode(plan), let tree = try? JSONSerialization.jsonObject(with: data) else {
      return [:]
    }
    var values: [String: String] = [:]
    flatten(tree, path: "", into: &values)
    return values
  }

  /// Elements of lists go by their name or code where they have one, so that a new station moves nothing else.
  private static func flatten(_ node: Any, path: String, into values: inout [String: String]) {
    if let object = node as? [String: Any] {
      for (key, value) in object { flatten(value, path: path.isEmpty ? key : "\(path).\(key)", into: &values) }
    } else if let list = node as? [Any] {
      for (index, element) in list.enumerated() {
        let name = (element as? [String: Any]).flatMap { $0["name"] ?? $0["code"] ?? $0["station"] ?? $0["parameter"] }
        flatten(element, path: "\(path).\(name as? String ?? String(index))", into: &values)
      }
    } else {
      values[path] = "\(node)"
    }
  }
}
