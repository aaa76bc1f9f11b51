using PublicBuyers.Journal;

namespace PublicBuyers.SignIn;

/// <summary>Effect: who asked for a link gets it by mail.</summary>
internal sealed class SignInMail(IMailWriter writer, IMailbox mailbox, ISecrets secrets, IClock clock) : IEffect
{
    public string Name => "sign-in-mail";

    public int Partitions => 2;

    public bool Concerns(string type) => type == "address.link-asked";

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (FactCodec<AddressEvent>.Read(fact).Event is not AddressEvent.LinkAsked asked || asked.Until <= clock.Now) return;

        await mailbox.Deliver(
            writer.SignIn(
                $"sign-in.{asked.Link}",
                asked.Address,
                asked.Language,
                new AddressKey(fact.Stream["address/".Length..]),
                SignInSecrets.Token(secrets, asked.Link),
                SignInSecrets.Code(secrets, asked.Link),
                asked.Until) with { Cause = asked.Browser is { } browser ? $"browser/{browser.Value}" : null },
            cancel);
    }
}
