#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
# A control port on loopback, as devices have them: it prints "ready HOST:PORT"
# and what it is told, and answers in one chosen way, one connection at a time.
# lever.pl ok|silent|flood|close|netstring|http [STATUS [WORDS..]]
use strict;
use warnings;
use IO::Socket::INET;

my ($mode, $status, @words) = @ARGV;
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5)
    or die "listen: $!";
$| = 1;
$SIG{PIPE} = 'IGNORE';
print 'ready 127.0.0.1:', $listen->sockport, "\n";

# Lines, each with an answer.
sub lines {
    my ($c) = @_;
    print $c "hello\r\n";
    while (my $line = <$c>) {
        $line =~ s/\r?\n//;
        print "told $line\n";
        print $c "did $line\r\n";
    }
}

sub netstrings {
    my ($c) = @_;
    local $/ = ':';
    while (my $length = <$c>) {
        chomp $length;
        read $c, my $text, $length + 1;
        chop $text;
        print "told $text\n";
        my $event = '{"event":true}';
        my $answer = '{"response":true,"ok":true}';
        print $c length $event, ":$event,", length $answer, ":$answer,";
    }
}

sub http {
    my ($c) = @_;
    my $length = 0;
    while (my $line = <$c>) {
        $line =~ s/\r?\n//;
        last if $line eq '';
        print "told $line\n";
        $length = $1 if $line =~ /^Content-Length: *(\d+)/i;
    }
    read $c, my $body, $length if $length;
    print "body $body\n" if $length;
    my $text = "@words\n";
    print $c "HTTP/1.1 $status Said\r\nContent-Length: ", length $text,
        "\r\nConnection: close\r\n\r\n$text";
}

while (my $c = $listen->accept) {
    $c->autoflush(1);
    lines($c) if $mode eq 'ok';
    netstrings($c) if $mode eq 'netstring';
    http($c) if $mode eq 'http';
    if ($mode eq 'silent') { 1 while <$c> }
    if ($mode eq 'flood') { 1 while print $c 'x' x 65536 }
    close $c;
}
