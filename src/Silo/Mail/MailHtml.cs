using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace PublicBuyers.Mails;

/// <summary>
/// The HTML part of a mail, by the components in <c>Html/</c>. They wait for nothing: a mail is written at once.
/// </summary>
internal static class MailHtml
{
    /// <summary>All that components can ask for: the encoder, which leaves letters of every alphabet as they are.</summary>
    private static readonly ServiceProvider services = new ServiceCollection()
        .AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
        .BuildServiceProvider();

    /// <exception cref="InvalidOperationException">A component waits for something.</exception>
    public static string Of(Letter letter)
    {
        using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var rendering = renderer.Dispatcher.InvokeAsync(() => Render(renderer, letter));
        return rendering.IsCompleted
            ? rendering.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"The mail \"{letter.Name}\" was not written at once.");
    }

    private static string Render(HtmlRenderer renderer, Letter letter)
    {
        var parameters = new Dictionary<string, object?> { [nameof(MailPage.Letter)] = letter };
        var page = renderer.BeginRenderingComponent<MailPage>(ParameterView.FromDictionary(parameters));
        return page.QuiescenceTask.IsCompletedSuccessfully
            ? page.ToHtmlString()
            : throw new InvalidOperationException($"A component of the mail \"{letter.Name}\" waits for something.");
    }
}
