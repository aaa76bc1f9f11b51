namespace PublicBuyers.Members;

internal sealed partial class MemberGrain
{
    public Task<Outcome<Done>> ClaimKind(ClaimKind command) => throw new NotSupportedException();

    public Task<Outcome<Done>> ConfirmKind(ConfirmKind command) => throw new NotSupportedException();
}
