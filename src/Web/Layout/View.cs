using Microsoft.AspNetCore.Components;

namespace PublicBuyers.Layout;

/// <summary>What every component of a page has: the visit, and its words.</summary>
public abstract class View : ComponentBase
{
    [Inject] protected Visit Visit { get; private set; } = null!;

    protected Words W => Visit.Words;

    /// <summary>Names of people never change the direction of what stands around them.</summary>
    protected static MarkupString Bdi(string name) => new($"<bdi>{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(name)}</bdi>");

    protected static MarkupString Link(string to, string text) =>
        new($"<a href=\"{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(to)}\">{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(text)}</a>");

    protected string NameOf(string name) => name.Length > 0 ? name : W["member.nameless"];
}
