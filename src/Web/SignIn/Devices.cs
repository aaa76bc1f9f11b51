namespace PublicBuyers.SignIn;

/// <summary>What a person recognises a browser by.</summary>
internal static class Devices
{
    private static readonly (string Mark, string Name)[] Browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string Describe(string? userAgent)
    {
        var browser = Browsers.FirstOrDefault(each => Has(userAgent, each.Mark)).Name;
        var system = Systems.FirstOrDefault(each => Has(userAgent, each.Mark)).Name;

        return (browser, system) switch
        {
            (null, null) => "?",
            (null, _) => system,
            (_, null) => browser,
            _ => $"{browser} · {system}",
        };
    }

    private static bool Has(string? userAgent, string mark) => userAgent?.Contains(mark, StringComparison.Ordinal) is true;
}
