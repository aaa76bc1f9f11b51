namespace PublicBuyers.Attachments;

/// <summary>Where files of forms lie while the form is read and answered. What a crash leaves is deleted at the next
/// start.</summary>
public interface IFormFiles
{
    /// <summary>An empty file, gone when it is closed; none while the disk is almost full.</summary>
    Stream? TryMake();
}
