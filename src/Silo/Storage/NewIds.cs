using System.Security.Cryptography;

namespace PublicBuyers.Storage;

internal sealed class NewIds : INewIds
{
    private const int Length = 16;

    public string Next()
    {
        Span<byte> chance = stackalloc byte[Length * 5 / 8];
        RandomNumberGenerator.Fill(chance);
        return Base32.Of(chance, Length);
    }
}
