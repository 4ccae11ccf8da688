extension LabelFault {
  /// The sentences of GS1 Digital Link.
  var digitalLinkWords: LabelWords { plainWords }
}
