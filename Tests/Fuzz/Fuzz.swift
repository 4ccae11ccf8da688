import ArgumentParser

/// Throws mutated bytes at the decoders of what comes from outside.
@main struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fuzz", abstract: "Fuzz Lotwire's decoders.")
}
