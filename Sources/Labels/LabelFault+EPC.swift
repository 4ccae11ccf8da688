extension LabelFault {
  /// The sentences of EPC words.
  var epcWords: LabelWords { plainWords }
}
