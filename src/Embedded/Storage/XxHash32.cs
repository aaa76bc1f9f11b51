using System.Buffers.Binary;
using System.Numerics;

namespace PublicBuyers.Embedded;

/// <summary>The 32-bit xxHash with seed 0, by which Orleans indexes its rows.</summary>
internal static class XxHash32
{
    private const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;
    private const int Stripe = 16;

    public static uint Of(ReadOnlySpan<byte> data)
    {
        var length = (uint)data.Length;
        var hash = P5;
        if (data.Length >= Stripe)
        {
            uint a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
            for (; data.Length >= Stripe; data = data[Stripe..])
            {
                a = Round(a, data);
                b = Round(b, data[4..]);
                c = Round(c, data[8..]);
                d = Round(d, data[12..]);
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        }

        hash += length;
        for (; data.Length >= 4; data = data[4..]) hash = BitOperations.RotateLeft(hash + BinaryPrimitives.ReadUInt32LittleEndian(data) * P3, 17) * P4;
        foreach (var last in data) hash = BitOperations.RotateLeft(hash + last * P5, 11) * P1;

        hash = (hash ^ (hash >> 15)) * P2;
        hash = (hash ^ (hash >> 13)) * P3;
        return hash ^ (hash >> 16);
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> four) => BitOperations.RotateLeft(lane + BinaryPrimitives.ReadUInt32LittleEndian(four) * P2, 13) * P1;
}
