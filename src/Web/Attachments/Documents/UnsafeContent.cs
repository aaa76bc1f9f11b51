namespace PublicBuyers.Attachments.Documents;

/// <summary>Why a document is not taken. What is looked for, exactly, stands in docs/files.md.</summary>
public enum UnsafeContent
{
    /// <summary>Macros of any age, or what only serves them.</summary>
    Macros,

    /// <summary>OLE objects, ActiveX controls, or another file that could not be looked into.</summary>
    Objects,

    /// <summary>Something that a program fetches from elsewhere by itself: a template, a picture, a workbook.</summary>
    Elsewhere,

    /// <summary>Programs, or what starts them: DDE, actions of slides.</summary>
    Programs,

    /// <summary>It could not be read to its end: damaged, encrypted, or made to hurt.</summary>
    Unreadable,
}
