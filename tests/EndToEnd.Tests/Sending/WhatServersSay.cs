using MailKit.Net.Smtp;
using PublicBuyers.Mails;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>
/// A recipient's refusal, a mail's refusal and a server's trouble, told apart by the codes and not by the words.
/// </summary>
public sealed class WhatServersSay
{
    [Theory]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.1.1 No such user")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.1.10 Domain takes no mail")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.2.1 Disabled")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "No such user, see 5.7.1")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 551, "Not local")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 556, "Domain takes no mail")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 550, "5.1.1 No such user, said late")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "4.7.1 A code of another class is none")]
    public void The_address_is_refused(SmtpErrorCode to, int code, string said) =>
        Read(to, code, said).ShouldBe(new Delivery.Refused($"{code} {said}", IsAddress: true));

    [Theory]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 552, "5.2.2 Mailbox full")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 552, "Mailbox full")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.7.1 Relaying denied")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 554, "Not by us")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 554, "5.6.0 Not this one")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 550, "Spam; do not write 5.1.1 to us")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 552, "5.3.4 Too large")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 555, "Unknown parameter")]
    public void The_mail_is_refused(SmtpErrorCode to, int code, string said) =>
        Read(to, code, said).ShouldBe(new Delivery.Refused($"{code} {said}", IsAddress: false));

    [Theory]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 421, "4.3.2 Shutting down")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 452, "4.3.1 Disk full")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 530, "5.7.0 Sign in first")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.7.8 Sign in first")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 550, "5.1.8 No such sender")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 553, "Not your address")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 554, "5.3.5 Wrongly set up")]
    public void The_server_is_in_trouble(SmtpErrorCode to, int code, string said) =>
        Read(to, code, said).ShouldBe(new Delivery.Broken($"{code} {said}"));

    [Theory]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 451, "4.7.1 Greylisted")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 450, "Busy")]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 452, "4.2.2 Mailbox full")]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 451, "4.6.0 Looked at later")]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 451, "4.4.3 Your domain cannot be looked up now")]
    public void The_mail_is_wanted_later(SmtpErrorCode to, int code, string said) =>
        Read(to, code, said).ShouldBe(new Delivery.Later($"{code} {said}"));

    private static Delivery Read(SmtpErrorCode to, int code, string said) => SmtpReply.Of(to, code, said).AsDelivery();
}
