namespace PublicBuyers.EndToEnd.Tests.SignIn;

/// <summary>What a person reads in a mail to sign in.</summary>
internal static class SignInMails
{
    public static Uri LinkIn(Mail mail) =>
        new(mail.Text.Split('\n').First(line => line.StartsWith("http", StringComparison.Ordinal)).Trim());

    public static string CodeIn(Mail mail) =>
        mail.Text.Split('\n').First(line => line.Contains("code", StringComparison.Ordinal)).Split(':')[1].Trim();
}
