using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace PublicBuyers.Layout;

/// <summary>A field of a form. Where the form was refused because of it, the field says why, has the focus, and is tied
/// to the sentence for who cannot see it. A file that has to be chosen again is named.</summary>
/// <remarks>It takes the attributes of its HTML element.</remarks>
public abstract class Field(string element) : View
{
    private const string Describes = "aria-describedby";

    private Refusal? why;
    private bool isLooked;

    [Inject] private FieldAtFault Fault { get; set; } = null!;

    [CascadingParameter] private Form? Form { get; set; }

    /// <summary>The name that it is sent under. Of a group: of its choices.</summary>
    [Parameter, EditorRequired] public required string Name { get; set; }

    [Parameter, EditorRequired] public required string Id { get; set; }

    /// <summary>Of a form that only asks, and is no <see cref="Layout.Form"/>: whether the page answers it.</summary>
    [Parameter] public bool Asked { get; set; }

    /// <summary>Names of the files that were chosen before, where the page knows better than the form that was read.
    /// </summary>
    [Parameter] public IReadOnlyList<string>? Chosen { get; set; }

    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? More { get; set; }

    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>A group has no name of its own, and what it says stands in it.</summary>
    private protected virtual bool IsGroup => false;

    private bool WasSent => Asked || Form is { WasSent: true };

    private string FaultId => $"{Id}-fault";

    private string ChosenId => $"{Id}-chosen";

    protected override void OnParametersSet()
    {
        if (isLooked || !WasSent) return;

        isLooked = true;
        why = Fault.Take(Name);
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var chosen = Chosen ?? (WasSent && More?.GetValueOrDefault("type") is "file" ? Visit.FilesNotKept(Name) : []);
        builder.OpenElement(0, element);
        builder.AddMultipleAttributes(1, More);
        builder.AddAttribute(2, "id", Id);
        if (!IsGroup) builder.AddAttribute(3, "name", Name);
        if (DescribedBy(chosen.Count > 0) is { Length: > 0 } ids) builder.AddAttribute(4, Describes, ids);
        if (why is not null)
        {
            if (IsGroup) builder.AddAttribute(5, "tabindex", "-1");
            else builder.AddAttribute(6, "aria-invalid", "true");
            builder.AddAttribute(7, "autofocus", true);
        }

        builder.AddContent(8, ChildContent);
        if (IsGroup) Say(builder);
        builder.CloseElement();
        if (!IsGroup) Say(builder);
        if (chosen.Count == 0) return;

        builder.OpenElement(20, "p");
        builder.AddAttribute(21, "id", ChosenId);
        builder.AddAttribute(22, "class", "chosen-before");
        builder.AddContent(23, W.Html("form.choose-again", ("files", Bdi(string.Join(", ", chosen)))));
        builder.CloseElement();
    }

    /// <summary>What it says of its fault comes first.</summary>
    private string DescribedBy(bool hasChosen) => string.Join(
        ' ',
        new[] { why is null ? null : FaultId, hasChosen ? ChosenId : null, More?.GetValueOrDefault(Describes) as string }.Where(id => !string.IsNullOrEmpty(id)));

    private void Say(RenderTreeBuilder builder)
    {
        if (why is null) return;

        builder.OpenElement(10, "p");
        builder.AddAttribute(11, "id", FaultId);
        builder.AddAttribute(12, "class", "refusing");
        builder.AddAttribute(13, "role", "alert");
        builder.AddContent(14, RefusalWords.In(W, why));
        builder.CloseElement();
    }
}

/// <summary>An <c>input</c> that is typed into, or takes files.</summary>
public sealed class Input() : Field("input");

/// <summary>A <c>textarea</c>.</summary>
public sealed class TextArea() : Field("textarea");

/// <summary>A <c>select</c>.</summary>
public sealed class Select() : Field("select");

/// <summary>A <c>fieldset</c> of choices that are sent under one name.</summary>
public sealed class Choices() : Field("fieldset")
{
    private protected override bool IsGroup => true;
}
