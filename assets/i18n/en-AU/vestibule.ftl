# The words on the screen. Words in bold in the product's description are kept exactly.

product = Vestibule

## Words that stand on many screens

email = Email
password = Password
name = Name
role = Role
submit = Submit
cancel = Cancel
close = Close
done = Done
saved = Saved.
add = Add
save = Save
copy = Copy
copied = Copied. It leaves the clipboard after 30 seconds.
not-copied = The clipboard did not take it. Write it down instead.
continue = Continue
try-again = Try again
loading = Loading…
reveal = Show the password while held
caps-lock = Caps Lock is on
password-length = At least 12 characters
list-and = { $before } and { $last }
list-comma = { $before }, { $next }
tries-left = { $tries ->
    [one] 1 try left.
   *[other] { $tries } tries{"\u00A0"}left.
}

## Sign in

sign-in-title = Sign in
sign-in = Sign in
login = Login
forgot = Forgot your password?
forgot-title = Choose a new password
forgot-body = Ask someone with full access for a code, then choose a new password here. If nobody can help, call whoever looks after this computer: the practice recovery key is the way back.
forgot-body-server = Ask someone with full access for a code, then choose a new password here. If nobody can help, call whoever runs the server.
forgot-by-email = Have a code sent to your email, if its address is proven. Or someone with full access makes one for you.
forgot-ask = Email me a code
forgot-asked-title = If this is the proven address of an account here, a code is on its way.
forgot-asked = It is good for 30 minutes. If none comes, or you work at several practices, ask someone with full access.
hand-over-code = Code you were given
this-computer = This computer
to-server = Connect to a server
connect-title = Connect to a server
connect-no-answer = No server answers at that address.
connect-no-answer-help = Check it against what you were given. If it is right, look whether this computer is on the network, or call whoever runs the server.
connect-body = For a practice with several computers. Whoever looks after the server knows its address.
server-address = Address of the server
server-address-help = Such as sign-in.hills.example
server-address-empty = Type the address of the server.
server-address-not-encrypted = Only https:// is taken: anything else could be listened to.
server-address-not-understood = That is not the address of a server. It looks like sign-in.hills.example, perhaps with a port, as in sign-in.hills.example:8443.
server-address-too-much = Type the name of the server alone, with its port if it has one.
connect = Connect
connect-not-kept = The server answers, but this computer cannot keep its address.
connect-not-kept-help = The system says: { $why }. Free some space, or ask whoever looks after this computer.
alone = Use this computer alone
alone-ask = Stop using { $server }?
alone-ask-body = This computer forgets the address, and Vestibule opens the practice that is kept here, or sets one up. To come back you need the address of the server: write it down first.
server-lost = The practice server does not answer. What you typed is kept, and Vestibule keeps trying.
try-now = Try now
invited = I have an invitation
sign-in-as-other = Sign in as someone else
back-to-sign-in = Back to sign in
sign-out = Sign out

people-here = On this computer

## Lock

lock = Lock
lock-by-key = Ctrl+L does the same.
locked = Locked
locked-since = Locked at { $time } · your work is kept
unlock = Unlock
switch-user = Switch user
locks-in = { $seconds ->
    [one] Locks in 1 second. Press any key to stay.
   *[other] Locks in { $seconds } seconds. Press any key to stay.
}
session-keyring-locked = The keyring of this computer is locked, so you stay signed in only until this window is closed.
session-keyring-silent = The keyring of this computer does not answer, so you stay signed in only until this window is closed.
session-no-keyring = This computer has no keyring, so you stay signed in only until this window is closed.

## Demo

demo = DEMO
demo-about = A made-up practice to try everything on. It is gone when this window closes.
demo-password = Everyone’s password
demo-apps = Authenticator apps
demo-inbox = Demo inbox
demo-inbox-about = Emails and text messages of the demo. None is really sent.
demo-inbox-empty = Emails and text messages of the demo will stand here. None is really sent.

## Invitation

redeem-title = Redeem your invitation
redeem-body = Enter the code you were given, and choose your own password.
invitation-code = Invitation code
choose-password = Choose a password

## Code

code-title = Enter your code
code-from-app = From your authenticator app
code-by-sms = Six digits, sent by SMS to { $to }
code-by-email = Six digits, sent by email to { $to }
code-left = { $time } left
code-label = Verification code
remember-computer =
    { $days ->
        [one] Remember this computer for 1 day
       *[other] Remember this computer for { $days } days
    }
code-until = Enter it by { $time }
code-wrong-help = Enter the six digits that the app shows now.
code-used-help = Wait until the app shows the next code, then enter that.
code-wait-title = Too many wrong codes.
code-wait-body = The next try opens at { $time }. Codes that are entered before then are not checked.
code-stopped-title = Your tries are used up.
code-stopped-body = Someone with full access can press “Allow tries again” for you.
sent-code-wrong-help = Enter the six digits of the newest message.
sent-code-used-help = Send a new code, then enter that.
code-ended-help = Press “Send again” for a new one.
recovery-code-title = Enter a recovery code
recovery-code-body = One of the ten codes that you saved. Each works{"\u00A0"}once.
recovery-code-label = Recovery code
recovery-code-wrong-help = Compare it with your list. Each code works once.
recovery-stopped-title = The tries for recovery codes are used up.
send-again = Send again
send-again-in = Send again in { $time }
or-use = Or use:
try-another-way = Try another way
try-another-way-body = Choose how to prove that it is you.
sending-queued = On its way to the provider
sending-handed-over = Handed to the provider at { $time }
sending-delivered = Delivered at { $time }
sending-ended = This code has ended. Send a new one.
sending-dropped = It could not be sent in time. Send it again.
sending-not-configured = This practice has no way to send it. Tell someone with full access.
sending-too-many = Too many messages were sent. The next can go at { $time }.
sending-goes-on = We go on trying.
sending-another-way = Try another way, or tell someone with full access.
not-delivered-out-of-reach = The phone is off or out of reach.
not-delivered-no-such-number = No mobile phone has this number.
not-delivered-blocked = The phone’s network did not let it through.
not-delivered-unknown = The phone’s network could not deliver it.
not-sent-unreachable = The provider cannot be reached.
not-sent-no-answer = The provider does not answer.
not-sent-certificate = The provider’s certificate is not valid.
not-sent-not-encrypted = The provider offers no encryption.
not-sent-credentials = The provider does not accept this practice’s user name and password.
not-sent-refused = The provider does not accept this address or number.
not-sent-busy = The provider is too busy.
not-sent-faulty = The provider answered with a fault.
code-ended = That sign-in has ended. Enter your password again.
code-tries-used = That code was not accepted, and the tries of this sign-in are used up. Enter your password again.
desk-code = Desk code
desk-code-body = No phone today? A colleague with full access lets you in here, for the rest of the day. They enter their own email, password and code.
desk-digits-body = No phone today? Ask a colleague with full access: on their computer, under Users, they press the cog beside your name, choose Desk code and pick { $computer }. They read out eight digits, good for ten minutes.
desk-digits-label = Eight digits
desk-digits-missing = Type the eight digits that your colleague reads out.
desk-digits-wrong = Those are not the digits for this screen.
desk-digits-ended = Those digits have ended. Ask your colleague for new ones.
desk-colleague-here = My colleague is here, at this computer
desk-computer-unnamed = A computer without a name
ask-desk-code = Let { $name } in without a phone?
ask-desk-code-body = { $name } signs in with the password and the digits that you read out, for today alone, and cannot change anything about two-factor.
desk-which-screen = Where
desk-screen = { $computer }, since { $time }
desk-nobody-waits = No screen waits for one yet. { $name } enters the password, chooses Try another way and then Desk code; it appears here.
make-desk-code = Make a code
desk-read-out = Read these digits out to { $name }:
desk-digits-until = Good on { $computer } alone, once, until { $until }.
desk-sure = Make sure that it is them: whoever has these digits and the password is in.
other-desk-code = { $name } has no phone today: read out a code, good for today alone.
desk-set-up-due = The person to be let in has to set up two-factor first, and that needs their own code.
desk-email = Colleague’s email
desk-password = Colleague’s password
desk-code-label = Colleague’s six-digit code
let-in = Let in
clock-doctor-agree = The server’s clock says { $time }, and this computer’s agrees. Compare your phone, whose time should be set to automatic. Then enter the code the app shows now.
clock-doctor-behind = The server’s clock says { $time }: this computer’s is { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
} behind it. The server decides: compare your phone, whose time should be set to automatic. Then enter the code the app shows now.
clock-doctor-ahead = The server’s clock says { $time }: this computer’s is { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
} ahead of it. The server decides: compare your phone, whose time should be set to automatic. Then enter the code the app shows now.
clock-doctor = This computer’s clock said { $time }. Compare your phone, whose time should be set to automatic. Then enter the code the app shows now.

## First run

first-run-title = Set up your practice
first-run-body = Everything stays on this computer. You can move to a server later.
first-run-scope = This is for your account on this computer. Anyone who can use this computer account can reach its data; for several accounts or computers, use a server.
practice-name = Practice name
your-name = Your name
create-practice = Create practice

## Practice recovery key

recovery-key-title = Practice recovery key
recovery-key-body = This key is the way back if this computer’s keyring is lost, or if nobody with full access can sign in. It is shown{"\u00A0"}once.
recovery-key-warning = Keep it away from this computer, where only people with full access can find it. Without it there is no way back.
recovery-key-saved = I have saved this key
recovery-key-tick = Save or write down the key, then tick the box.
recovery-key-file-name = Vestibule recovery key
recovery-codes-title = Your recovery codes
recovery-codes-body = If you do not have your phone, one of these signs you in instead of the six-digit code. Each works once. They are shown only now. Keep them apart from your phone.
recovery-codes-why = Recovery codes let you in when your phone is lost or broken. Codes that you did not confirm as saved do not count: make new ones.
recovery-codes-saved = I have saved these
recovery-codes-tick = Save or write down the codes, then tick the box.
recovery-codes-make = Make new codes
recovery-codes-later = Not now – throw these codes away
recovery-codes-file-name = Vestibule recovery codes
recovery-codes-file =
    Vestibule recovery codes of { $name }, { $practice }

    { $codes }

    Each works once. Keep this away from your phone and from the computer.
recovery-used-title = You used a recovery code
recovery-left = { $count ->
    [0] None is left.
    [one] 1 left.
   *[other] { $count } left.
}
recovery-used-body = If your phone is lost or new, replace the method now. If you will have it again, keep it.
recovery-used-not-you = A notice of this is kept for you. If it was not you, tell your practice manager.
recovery-few = Few are left: make new codes now. The old ones stop working.
recovery-keep-method = Keep my method
recovery-replace-method = Replace the method
my-account = My account
notices = Notices
notices-unread = { $count ->
    [one] There is 1 notice about your account.
   *[other] There are { $count } notices about your account.
}
notices-read = Show
notices-not-you = If any of this was not you, tell your practice manager at once and change your password.
notice-turned-off-oneself = Two-factor was turned off for your account at { $practice }.
mark-as-read = Mark as read
account-two-factor-body = Your methods and your recovery codes.
password-changed = Your password is changed. Other sessions of yours have ended.
new-password = New password
change-password = Change password
address-title = Email address
address-proven = Proven on { $when }. Notices are sent there.
new-email-title = Another email
new-email = New email
new-email-help = It takes effect once you enter the code that is sent to it.
change-email = Change
new-email-waits = { $email } waits for the code that is sent to it. Until then you sign in with the old one.
new-email-waits-by = { $by } asked for { $email }. Enter the code that is sent to it; until then you sign in with the old one.
new-email-give-up = Keep the old one
send-a-code = Send a code
address-not-proven = Not proven: notices are not sent there.
prove-address = Prove this address
my-sessions = Your sessions
this-session = This session
session-open = Another session
session-locked = Another session, locked
session-times = Signed in { $made }, last used { $active }
end-session = End
end-all-others = End all others
my-remembered = Remembered computers
my-remembered-body = They ask for your password and for no code. Ending all your other sessions ends these too.
this-computer-remembered = This computer
other-computer-remembered = A computer
remembered-times = Code given { $made }, last used { $used }, asks for a code again on { $ends }
end-remembered = Forget
later = Later
recovery-key-file =
    Vestibule: practice recovery key
    Practice: { $practice }

    { $key }

    Keep this away from the computer, where only people with full access can find it.
recovery-key-about = The way back if this computer’s keyring is lost, or if nobody with full access can sign in. A new key takes the place of the old one.
make-recovery-key = Make a new key
make-recovery-key-title = Make a new practice recovery key?
make-recovery-key-body = The key that was saved will no longer open this practice. Backups that were made before still need it: do not throw it away.
recovery-key-made = This key takes the place of the old one. It is shown{"\u00A0"}once.
save-file = Save as a text file
saved-as = Saved as { $path }. Print it, or move it off this computer.
print = Print
print-there = Print there
not-there = Not there
printing = Sending it to { $printer } …
print-where = It goes to { $printer }, the default printer of this computer. Whoever takes the page can use it, so be there first.
printed = Sent to { $printer }. Fetch the page now.
no-printer = This computer has no default printer. Choose one in its settings, then press Print again.
not-printed = Printing is not confirmed: { $why }.
printing-silent = the print queue of this computer does not answer
printing-unknown = the print queue of this computer did not answer in time, so look whether the page comes out all the same
printing-nowhere = this computer has nothing to print with (Debian and Ubuntu call it cups-client)
not-saved = The file was not saved: { $why }. Copy or write down what is shown instead.
not-kept-yet = These codes are shown only now. Copy, save or print them first, or press Done once more to leave without them.
no-home = this account has no folder for documents
io-not-found = there is no such file or folder
io-not-allowed = this account may not open it or write there
io-full = the disk is full
io-read-only = the disk cannot be written to
io-folder = it is a folder

## Setting up a method

set-up-title = Set up two-factor
set-up-must = Two-factor must be set up before you can go on.
set-up-offered = A second step keeps your account safe if your password gets out.
set-up-until = Two-factor must be set up by { $until } ({ $left } left). Until then you may leave it for later.
set-up-narrowed = Your practice does not allow your method any more. Set up another before you go on.
set-up-narrowed-until = Your practice allows your method until { $until } ({ $left } left). Set up another by then.
set-up-meanwhile = Two-factor must be set up now. Then you go on where you were: what you typed is kept.
set-up-meanwhile-narrowed = Your practice does not allow your method any more. Set up another, and you go on where you were: what you typed is kept.
left-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
left-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
left-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
set-up-later = Set up later
set-up-ended = This set-up has ended.
set-up-ended-body = Press Validate to start again.
set-up = Set up
validate = Validate
method = Method
method-authenticator = Google Authenticator
method-authenticator-body = Or any authenticator app that scans a QR code. Works without{"\u00A0"}signal.
method-sms = SMS
method-sms-body = A code by text message. Weaker than an app: numbers can be{"\u00A0"}stolen.
method-sms-off = Not available: no SMS gateway is set up. Someone with full access can do that under Delivery.
method-not-for-full-access = Not for people with full access, unless the practice allows it: their account opens all others.
method-email = Email
method-email-body = A code to your mailbox. Only as safe as the mailbox.
method-email-off = Not available: no mail server is set up. Someone with full access can do that under Delivery.
set-up-email = Email address
set-up-mobile = Mobile number
scan-title = Scan this with your app
scan-body = Google Authenticator, Microsoft Authenticator, 1Password and others can scan it.
scan-shown-as = Shown in the app as { $issuer }, { $account }
scan-type = Cannot scan? Type this key:
scan-qr = QR code with the key for your authenticator app
scan-code = Six-digit code from the app

## Step-up

step-up-title = Confirm it is you
step-up-body = { $name }, prove again that it is you before this{"\u00A0"}change.

## Places

places = Places
profile = Profile
practice = Practice
users = Users
settings = Settings
delivery = Delivery

## Users

search = Search name or email
add-person = Add a person
all = All
two-factor = Two-factor
last-sign-in = Last sign-in
nobody-found = Nobody matches.
show-everyone = Show everyone
page-of = { $first }–{ $last } of { $all }
previous-page = Previous page
next-page = Next page
cog = Authentication preferences of { $name }
row-invited = Invited, has not joined yet
row-stopped = Stopped
row-pending = Waiting for the code
row-activated = { $when } by { $by }
row-rule = Required by the practice

## Status, role, time

status-enabled = Enabled
status-pending = Pending
status-activated = Activated
status-not-setup = Not setup
role-full-access = Full access
role-practitioner = Practitioner
role-reception = Reception
role-full-access-body = Sees everyone, sets the practice’s rule, helps those who are stuck.
role-own-body = Sees and changes their own preferences only.
today-at = Today { $time }
yesterday = Yesterday
today-within = today { $time }
yesterday-within = yesterday
days-ago = { $days ->
    [0] today
    [1] yesterday
   *[other] { $days } days ago
}

## Authentication preferences

preferences-title = Authentication preferences
current-status = Current status
own-not-setup = Two-factor has not been set up. Choose how you want to receive your code.
own-pending = Waiting for your code.
own-activated = You turned two-factor on. Choose a method to finish.
own-activated-by = Activated { $when } by { $by }. Waiting for you to choose a method.
own-activated-rule = Required by the practice. Waiting for you to choose a method.
own-due-from = You must set it up from { $when }; until then you can leave it for later.
own-enabled = { $method }, proven on { $when }. Asked at every sign-in.
turn-on-later = Turn on, set up later
turn-off-again = Turn it off again
turn-on = Turn on
turn-off = Turn off
keep-on = Keep it on
turn-off-certain = Turn off two-factor
turn-off-body = Turning it off removes your methods and your recovery codes. Your password alone will sign you in.
turn-off-confirm = Your method and your recovery codes are removed, and your password alone will sign you in. Are you sure?
two-factor-on = Two-factor is turned on
two-factor-off = Two-factor is not turned on
another-method = Another method
another-method-body = Or a new phone. What you have works until the new one is proven.
recovery-codes = Recovery codes
recovery-none = You have none yet.
method-asked-first = asked for first
method-in-use = In use
prefer-method = Ask for this first
remove-method = Remove
set-up-in-place = Stop using { $method } once this works
new-phone = New phone
new-phone-body = Set up the app on another phone. The old one works until the new one is proven.

## A list of people

import = Import
import-title = Import people
import-about = A CSV file with the columns name, email and role, in any order. Nobody gets full access by a list, and whoever has an account is left alone.
import-file = File
import-file-help = Its name, if it is in your Downloads or Documents; otherwise the whole path. The roles are Reception and Practitioner.
import-no-file = Type the name of the file, such as staff.csv.
import-read = Check the list
import-not-read = The file cannot be read: { $why }.
import-not-text = This is not a text file in UTF-8, or its quotation marks do not match. Save it as CSV (UTF-8).
import-header = The first line must name the columns name, email and role.
import-empty = There is nobody in this file.
import-too-long = A list has at most 5,000 lines. Split it.
import-good = { $count ->
    [0] Nobody can be added.
    [one] 1 person can be added.
   *[other] { $count } people can be added.
}
import-bad = { $count ->
    [one] 1 line is left out:
   *[other] { $count } lines are left out:
}
import-more = And { $count } more.
import-line = Line { $line }: { $why }
import-columns = It does not have as many values as the first line.
import-role = The role is neither Reception nor Practitioner.
import-full-access = A list grants nobody full access. Add this person by hand.
import-twice = The same address stands in line { $line }.
import-taken = { $email } has an account already.
import-add = { $count ->
    [one] Add 1 person
   *[other] Add { $count } people
}
import-how-far = { $added } of { $of } added.
import-stop = Stop
import-done = { $count ->
    [0] Nobody was added.
    [one] 1 person was added.
   *[other] { $count } people were added.
}
import-done-body = Copy, save or print the codes now: there is no other time. Hand each to its person within 24 hours.
import-code = { $name } <{ $email }>: { $code } (until { $until })
import-file-name = Invitations of { $practice }

## Several practices

switch-practice = Switch practice
switch-practice-body = You stay signed in. What needs your password is asked for anew there.
switch-here = You are here
switch-there = Go there
place-title = A place in another practice
place-offered = { $practice } offers you a place with the role { $role }.
place-code-help = The code that you were handed. It works for 24 hours.
place-accept = Accept
place-accepted = The place is yours.
place-accepted-body = Press the name of your practice at the top left to go there.

## The account of other people

person-account = Account
person-account-about = Name, role, dates, a forgotten password, access.
open = Open
back = Back
change-role = Change the role
edit-name = Correct the name
edit-name-of = Correct the name of { $name }
role-of = Role of { $name }
role-about = It applies at once.
dates = Dates
dates-none = No first or last day.
set-dates = Set the dates
dates-of = Dates of { $name }
dates-about = For a locum. Before the first day and after the last one, this person cannot sign in here. Leave a day empty for none.
first-day = First day
last-day = Last day
day-example = 24/11/2026
term-from = from { $first }
term-until = until { $last }
term-from-until = { $first } to { $last }
term-left = left { $day }
change-email-of = Change the email
email-of = Email of { $name }
email-meant = The new address takes effect once { $name } enters the code that is sent to it, under My account. Until then the old one stands.
did-email = { $email } waits for { $name } to enter the code that is sent to it.
forgotten-password = Forgotten password
make-code = Make a code
hand-over-about = A code to hand over, with which { $name } chooses a new password.
hand-over-of = A code for { $name }?
hand-over-meant = { $name } types it under “Forgot your password?” and chooses a new password. All sessions end, and two-factor stays as it is. Make sure that it is { $name } who asks.
hand-over-body = Give this code to { $name }, in person or by phone. It works once.
access = Access
deactivate = Deactivate
deactivate-about = Signs { $name } out here at once, and ends the access.
ask-deactivate = Deactivate { $name }?
ask-deactivate-body = { $name } is signed out here at once and cannot sign in here any more. What { $name } does elsewhere is not touched. You can give the access back.
last-full-access-about = The last person with full access, or the last whose two-factor is Enabled, must stay.
reactivate = Give access back
reactivate-about = { $name } signs in again as before, with the same password and two-factor.
did-rename = The name is corrected.
did-role = { $name } now has the role { $role }.
did-dates = The dates of { $name } are set.
did-deactivate = { $name } is deactivated and signed out here.
did-reactivate = { $name } can sign in here again.
show-away = Former and future staff
away-title = Former and future staff
away-body = People who were deactivated, have not begun or whose last day has passed.
nobody-away = Everybody is active.

## For other people

other-not-setup = { $name } has not been asked to set up two-factor.
other-pending = { $name } has begun a set-up. Waiting for the code.
other-activated = Activated { $when } by { $by }. Waiting for { $name } to choose a method.
other-activated-rule = Required by the practice. Waiting for { $name } to choose a method.
other-enabled = { $method }, proven on { $when }. Asked at every sign-in.
other-turn-on = Once it is turned on, { $name } must set it up from a time that you choose.
other-due-from = It must be set up from { $when }; until then it can be left for later.
other-turn-off = Turning it off removes all methods, recovery codes and the requirement. The password alone will sign { $name } in.
other-reset = Removes methods and recovery codes, and ends sessions. For a lost phone.
other-last-enabled = The last person with full access whose two-factor is Enabled cannot be reset.
other-invite = Makes a new code for { $name }; the old one no longer works.
other-waits = Too many wrong codes. The next try opens at { $time }.
other-stopped = 50 wrong codes in a row. No code is looked at until you allow it.
other-sessions = { $count ->
    [one] 1 open
   *[other] { $count } open
}
other-remembered = { $count ->
    [one] 1 remembered computer
   *[other] { $count } remembered computers
}
invite-again = New invitation
reset = Reset
allow-tries = Allow tries again
tries-used-up = Tries used up
sessions = Sessions
end-all = End all
reason = Reason
reason-help = Shown in Activity.
ask-turn-on = Turn on two-factor for { $name }
ask-turn-on-body = From when must { $name } set it up? Until then it can be left for later.
ask-turn-off = Turn off two-factor of { $name }?
ask-reset = Reset two-factor of { $name }?
ask-allow-tries = Allow { $name } to try again?
ask-allow-tries-body = Make sure that it was { $name } who tried, and not somebody else.
ask-end-sessions = End all sessions of { $name }?
ask-end-sessions-body = { $name } must sign in again everywhere. Work that is not saved there is kept for { $name } alone.
did-turn-on = Two-factor is turned on for { $name }.
did-turn-off = Two-factor is turned off for { $name }.
did-reset = { $name } has been reset, and is signed out everywhere.
did-allow-tries = { $name } may try again.
did-end-sessions = All sessions of { $name } have ended.

## Invitation to hand over

invitation-title = Invitation
invitation-body = Give this code to { $name }. They choose “I have an invitation” on the sign-in screen and enter it there.
invitation-send = Also send the invitation to this address by email
invitation-send-all = Also send each invitation to its address by email
invitation-sent = The code is on its way by email too.
invitation-not-configured = It was not sent by email: no mail server is set up. Hand over the code.
invitation-too-many = It was not sent by email: too many went to this address. Hand over the code.
send-by-email = Send by email
import-sent = { $count ->
    [one] 1 invitation is on its way by email.
   *[other] { $count } invitations are on their way by email.
}
import-not-sent = { $count ->
    [one] 1 was not sent: hand over that code.
   *[other] { $count } were not sent: hand over those codes.
}
invitation-until = For one use, until { $until }.

## Settings

two-factor-authentication = Two-factor authentication
rule-optional = Optional
rule-optional-body = Nobody is asked. Nobody who uses it is switched off.
rule-prompt = Prompt at sign-in
rule-prompt-body = Everyone is asked and may set it up later.
rule-mandatory = Mandatory
rule-mandatory-body = Everyone must finish set-up before anything else.
rule-mandatory-from = Mandatory from { $when }
rule-pending = Mandatory from { $when }
rule-pending-body = Until then set-up can be left for later. You can change the start below.
cancel-start = Cancel the start
show-changes = Show earlier changes
hide-changes = Hide earlier changes
starts-now = From now
starts-tonight = Tonight
starts-date = On a date
date = Date
time = Time
time-zone = On the practice’s clock, { $place }
before-you-save = Before you save
would-be-stopped = Who would be stopped
would-stop-nobody = Nobody would be stopped at the next sign-in.
would-stop = If it were on now, { $count } of { $all } would be stopped at their next sign-in.
away-one = { $name } ({ $dates })
away-more = { $count } more
would-stop-away = Not here now, and stopped on coming back: { $names }.
and-more = and { $count } more
show-all-of = Show all { $count }
show-details = Show details
show-more = Show more
unreached = { $count ->
    [one] One cannot be reached.
   *[other] { $count } cannot be reached.
}
unreached-first = The last message to { $name } failed on { $when }. { $why }
last-seen = Last signed in: { $when }
never-signed-in = Has not signed in yet
send-tests = Send a test message
remind = Remind
round-nobody = There is nobody to send it to.
round-too-soon = { $count ->
    [one] 1 person had one within the last 24 hours and is left out.
   *[other] { $count } people had one within the last 24 hours and are left out.
}
round-sent = { $when }: { $sent } of { $all } sent.
round-failed = { $count } failed.
round-waiting = { $count } to go, two seconds apart.
round-cancelled = { $count } taken back.
round-taken-back = Taken back
cancel-rest = Cancel the rest
roll-out = Roll-out
by-day = By day
day = Day
chart-name = People by status and day. On { $first } { $before } were Enabled; on { $last } { $now } of { $all } are.
must-act-title = Who must act
must-act = { $count ->
    [one] 1 person is asked to set up two-factor and has not.
   *[other] { $count } people are asked to set up two-factor and have not.
}
must-act-nobody = Nobody. Everyone is Enabled.
several-must-act-nobody = None of them is required to set it up, or all have.
must-act-not-on = Nobody now. Whoever has not set it up is not required to, or has not accepted the invitation yet.
announcement-title = Announcement
announcement-help = For your staff meeting, the notice board or your own email.
announcement-from = From { $when }, everyone must set it up before they can go on.
announcement-now = Everyone must set it up before they can go on.
announcement-asked = Please set it up when Vestibule asks you.
announcement =
    { $practice } protects sign-in to our health records with a second step: besides your password you enter a six-digit code from your phone. { $from }

    It takes about two minutes: open Vestibule, sign in as usual, choose a method and follow the steps. Have your phone with you, and keep the recovery codes it shows.

    Questions? Ask { $name }.
select-page = Select everyone on this page
select-person = Select { $name }
selected = { $count ->
    [one] 1 person selected
   *[other] { $count } people selected
}
selected-most = No more than { $most } people can be asked at once. The others are not selected.
clear-selection = Clear
turn-on-or-remind = Turn on or remind
several-title = { $count ->
    [one] Two-factor of 1 person
   *[other] Two-factor of { $count } people
}
turn-on-two-factor = Turn on two-factor
several-turn-on-body = From this time on they must set it up at their next sign-in. Whoever has an earlier start keeps it.
several-on = { $count ->
    [one] Two-factor is on for 1 person.
   *[other] Two-factor is on for { $count } people.
}
several-on-from = From { $when } they are asked to set it up at sign-in.
several-refused = { $count ->
    [one] 1 person was left as they were:
   *[other] { $count } people were left as they were:
}
several-refused-one = { $name }: { $why }
allowed-methods = Allowed methods
authenticator-always = Google Authenticator is always allowed.
allowed-for-full-access = SMS and Email for people with full access too
allowed-why = SMS can be redirected and a mailbox can be read by others. People with full access hold the key to everyone else.
narrows-when = { $count ->
    [one] When should { $methods } stop? Until then it still signs people in.
   *[other] When should { $methods } stop? Until then they still sign people in.
}
narrows-when-full-access = { $count ->
    [one] When should { $methods } stop for people with full access?
   *[other] When should { $methods } stop for people with full access?
}
narrows-moved = You can change this start.
narrows-from = { $count ->
    [one] From { $when } only { $methods } is allowed.
   *[other] From { $when } only { $methods } are allowed.
}
narrows-from-full-access = From { $when } only Google Authenticator is allowed for people with full access.
rule-changed = Changed by { $by }, { $when }: { $before } to { $after }
rule-unchanged = Not changed since the practice was set up
limits-saved = Saved. It applies now, also to people who are signed in.
rule-saved = Saved. It applies now, also to people who are signed in.
session-limits = Lock and sign-in
idle-minutes = Lock after (minutes)
idle-minutes-help = With no typing or mouse: 5 to 60
absolute-hours = Sign in again after (hours)
absolute-hours-help = Even while in use: 1 to 24
sessions-strictest = For everyone in the practice, from now
computers = Computers
computers-remember = Let people remember their computer
remember-days = Ask for a code again after (days)
remember-days-help = After a code was given: 1 to 30
computers-tell-new = Tell people of a sign-in on a new computer
computers-keep-names = Keep names on the sign-in screen
computers-why = A remembered computer skips the code, never the password. People with full access always give a code.

## Delivery

delivery-set = { $server }, set by { $by } on { $when }
delivery-set-unnamed = { $server }, set on { $when }
delivery-email-unset = Not set up: codes by email cannot be sent.
delivery-sms = SMS
delivery-sms-unset = Not set up: codes by SMS cannot be sent.
delivery-host = Mail server
delivery-port = Port
delivery-security = Encryption
delivery-tls = TLS
delivery-tls-body = Mostly on port 465
delivery-start-tls = STARTTLS
delivery-start-tls-body = Mostly on port 587
delivery-no-tls = None
delivery-no-tls-body = This computer only
delivery-user = User name
delivery-kept = Kept
delivery-password-kept = Leave it empty to keep the password.
delivery-from = From address
delivery-from-name = From name
delivery-provider = Provider
delivery-provider-choose = Choose who carries the messages. Each needs an account of the practice’s own.
delivery-provider-other = Other
delivery-region = Region
delivery-region-au = Australia
delivery-region-eu = Europe
delivery-region-us = United States
delivery-provider-filled = The address, the body and the success text are filled in for this provider. More shows them.
delivery-api-key = API key
delivery-api-secret = API secret
delivery-api-token = API token
delivery-account-name = Account user name
delivery-account-sid = Account SID
delivery-auth-token = Auth token
delivery-kannel-url = Address of Kannel
delivery-sender-twilio = A number or a name of the account’s, or the SID of a messaging service.
delivery-fill-in-help = Put your own service plan ID in place of FILL-IN.
delivery-method = Method
delivery-post = POST
delivery-post-body = The values stand in the body.
delivery-get = GET
delivery-get-body = The values stand in the address.
delivery-url = Address of the gateway
delivery-content = Content
delivery-form = Form
delivery-form-body = x-www-form-urlencoded
delivery-json = JSON
delivery-json-body = application/json
delivery-body = Body
delivery-placeholders = Filled in for each message, behind the question mark of the address, in headers and in the body: {"{to}"} the number, {"{digits}"} the same without its plus, {"{text}"} the message, {"{ref}"} its reference, {"{sender}"}, {"{user}"} and {"{secret}"}.
delivery-secret = Secret
delivery-secret-kept = Leave it empty to keep the secret.
delivery-more = More
delivery-less = Less
delivery-header = Header
delivery-header-number = Header { $number }
delivery-header-help = A name and a value, as in Authorization: Bearer {"{secret}"}.
delivery-success = Success text
delivery-success-help = Words that the answer has when the message was taken. Empty: any answer of success counts.
delivery-sender = Sender
delivery-countries = Mobile numbers of other countries
delivery-countries-help = Australian numbers are always taken. Add a country by its two letters, as in NZ, GB.
delivery-sender-help = A number or a name that the provider has approved.
sender-register = Australian phones show “Unverified” in place of a name that is not on the SMS Sender ID Register. Ask your provider whether this one is.
sender-length = A name has 2 to 11 letters and digits; Australian networks take no other.
sender-letters = A name has plain letters, digits and signs only; Australian networks take no other.
sender-ends = A name neither begins nor ends with a space or an underscore; Australian networks take no such name.
sender-digits = That is neither a name nor a whole number. Write a number as in +61491570006.
sender-reserved = No name may say “Unverified”: it is what phones show for names that are not registered.
delivery-clears-password = Saving clears the kept password: it was given for { $server }. Enter the password for this server.
delivery-clears-secret = Saving clears the kept secret: it was given for { $server }. Enter the secret for this gateway.
delivery-saved = Saved. The next code is sent this way.
delivery-cleared = Removed. Nothing is sent this way any more.
delivery-take-away = Remove
delivery-keep = Keep it
delivery-email-confirm = No code can be sent by email then, and the kept password is erased. Are you sure?
delivery-sms-confirm = No code can be sent by SMS then, and the kept secret is erased. Are you sure?
delivery-test = Test message
delivery-test-email = Goes to your own address, { $to }, by the settings that are saved.
delivery-test-sms = Goes to your own mobile, by the settings that are saved.
delivery-test-mobile = Your mobile number
delivery-test-send = Send a test
delivery-test-line = { $to }: { $line }

## What went wrong

fault-signed-out = You were signed out. Sign in again to go{"\u00A0"}on.
fault-set-up-due = Two-factor must be set up now.
fault-step-up = Enter your password again first.
fault-forbidden = This needs full access.
fault-not-found = That person is not in this practice any more.
fault-credentials = That email or password is not right.
fault-password = That password is not right.
fault-wait = Too many tries. The next one opens at { $time }.
fault-stopped = The tries are used up. Someone with full access can allow them again.
fault-code-wrong = That code is not right.
fault-code-used = That code has already been used.
fault-code-ended = That code has ended.
fault-too-soon = It can be sent again at { $time }.
fault-recovery-code-form = That does not look like a recovery code. It has four groups of four letters and digits.
fault-challenge-ended = That took too long, or was done elsewhere. Start again.
fault-invitation = That code does not work. It may be mistyped, already used or too old. If you were invited and have an account already, sign in and accept the place under My account; otherwise ask for a new code.
fault-practice-exists = There is a practice on this computer already. Close Vestibule and start it again.
fault-last-full-access = The practice needs at least one person with full access whose two-factor is Enabled.
fault-stale = Someone changed this while you had it open. Check it, and do it again if it is still needed.
moving-title = Move to a server
moving-about = For a practice that is to be used on several computers. Everybody’s sign-in, the rules and Activity go along.
move-to-server = Move to a server
moving-body = The practice is written into one file, which only its key opens. Whoever runs the server takes that file in; everyone then connects to the server and signs in with what they have now.
moving-server = Address of the server
moving-server-help = Told to whoever opens the practice here later. You can leave it{"\u00A0"}empty.
move-practice = Move the practice
moving-file-name = { $practice } for a server
moving-done = The practice has moved
moving-file = Its file: { $file }
moving-key = Its key, shown only now. Copy it or write it down: in 15 minutes it is gone.
moving-key-page =
    Vestibule: key of a practice that moves to a server
    Practice: { $practice }
    File: { $file }

    { $key }

    Keep this apart from the file. When everyone can sign in at the server, destroy both.
moving-key-kept = I have the key, apart from the file
moving-key-tick = Copy or write down the key, then tick the box.
moving-then = Give both to whoever runs the server, apart from each other. When everyone can sign in there, delete the file.
moving-no-folder = There is no folder for its file: { $why }. Nothing was changed.
moving-not-written = The file was not written
moving-not-written-help = The practice is retired on this computer all the same. Once that is put right, type in a terminal: vestibule export FILE
moved-title = The practice is somewhere else
moved-lost = Was its file, or the key to it, lost before it arrived there? In a terminal, vestibule export FILE writes it anew, with a new key.
moved = This practice moved to a server.
moved-to = It goes on at { $server }: choose “Connect to a server”, and sign in with what you had. Nothing can be done with what is kept on this computer.
moved-help = Choose “Connect to a server”, and sign in with what you had. Nothing can be done with what is kept on this computer.
fault-clock = This computer’s clock says { $now }, but something was recorded at { $newest }. Set the clock right, then sign in. If it is right, “vestibule recover” in a terminal accepts it with the practice recovery key.
fault-busy = There is too much going on at once. Nothing was lost; try again in a moment.
fault-database = The database does not answer. Nothing was checked, and no try was counted. Try again.
fault-disk-space = There is no disk space left. Make room on this computer, then try again.
fault-disk-read-only = The disk cannot be written. Nothing was changed.
fault-disk = The disk of this computer does not read or write as it should. Try again; if it stays, have the computer looked at soon.
fault-too-many-failures = { $seconds ->
    [one] Too many wrong tries came from this network. Nothing was checked; try again in 1 second.
   *[other] Too many wrong tries came from this network. Nothing was checked; try again in { $seconds } seconds.
}
fault-request-too-long = What was typed is too long to be sent. Nothing was looked at.
fault-request-unknown = The server does not know what was asked: it and this program are of different versions. Update both.
unreached-no-answer = The practice server does not answer.
unreached-no-answer-help = Nothing was checked, no try was counted, and what you typed is still here. Try again, or look whether the network is up.
unreached-issuer = This computer does not trust the certificate of the server.
unreached-issuer-help = Nothing was sent. If the network asks you to sign in first, do that in a browser. Otherwise whoever looks after this computer adds the practice’s certificate authority to it.
unreached-other-name = The certificate is another server’s.
unreached-other-name-help = Nothing was sent. Look at the address of the server; if it is right, tell whoever looks after it.
unreached-expired = The certificate of the server has expired.
unreached-expired-help = Nothing was sent. Whoever looks after the server renews it.
unreached-not-yet = The certificate of the server is not valid yet.
unreached-not-yet-help = Nothing was sent. Look at the clock of this computer first.
unreached-revoked = The certificate of the server was withdrawn.
unreached-revoked-help = Nothing was sent. Tell whoever looks after the server.
unreached-signature = The certificate of the server is signed in a way that Vestibule does not accept.
unreached-signature-help = Nothing was sent. Tell whoever looks after the server: an old way, such as SHA-1, is not safe.
unreached-certificate = The certificate of the server cannot be trusted.
unreached-certificate-help = Nothing was sent. Tell whoever looks after the server.
unreached-not-encrypted = What answers at this address does not encrypt as it should.
unreached-not-encrypted-help = Nothing was sent. Look at the address of the server.
unreached-not-vestibule = There is no Vestibule server at this address.
unreached-not-vestibule-help = If the network asks you to sign in first, do that in a browser; otherwise look at the address of the server.
unreached-app-too-old = The server is newer than this program.
unreached-app-too-old-help = Please update Vestibule on this computer.
unreached-server-too-old = This program is newer than the server.
unreached-server-too-old-help = Whoever looks after the server updates it.
unreached-no-trust = The certificates that this computer trusts cannot be read.
unreached-no-trust-help = So no server can be trusted. Tell whoever looks after this computer.
fault-internal = Something went wrong inside Vestibule. Try again; if it stays, tell whoever looks after it the number { $incident }.
fault-practice-name-empty = Enter the practice’s name.
fault-name-empty = Enter a name.
fault-name-long = That is longer than 80 characters.
fault-name-forbidden = That has characters that a name cannot have.
fault-email-empty = Enter an email address.
fault-email = That is not an email address that can be used here.
fault-email-taken = Somebody in this practice has that email already.
fault-password-empty = Enter a password.
fault-password-short = That is too short: use at least 12 characters. A few unrelated words work well.
fault-password-long = That is too long: use at most 128 characters.
fault-password-common = That is easy to guess. Use a few unrelated words.
fault-password-names = That is made of your name or the practice’s. Use other words.
fault-code-form = Enter the six digits.
fault-invitation-form = That does not look like an invitation code. It has three groups of four letters and digits.
fault-mobile-empty = Enter a mobile number.
fault-mobile = That is not a mobile number. Enter it as in 0491 570 156.
fault-mobile-not-mobile = That is not the number of a mobile phone.
code-barred-title = A code by email does not count this time.
code-barred = You chose your password by an email to the same address. Use a recovery code, or ask someone with full access.
code-barred-alone = You chose your password by an email to the same address. Ask someone with full access to help you sign in.
password-set = Your new password is set. Sign in with it; your two-factor is as it was.
password-set-by-email = Your new password is set. Sign in with it; a code by email to the same address does not count this time.
fault-last-day-order = The last day lies before the first.
fault-last-day-past = This day has passed. To end the access now, deactivate.
fault-mobile-other-country = Mobile numbers of that country are not taken. Someone with full access can list it under Delivery.
fault-delivery-host = That is not the name of a server, such as mail.hills.example.
fault-delivery-port = A port is a number from 1 to 65535.
fault-delivery-not-encrypted = Without encryption only this computer itself can be used.
fault-delivery-here = That is the computer of the server itself. Whoever runs the server has to allow it.
fault-delivery-user = That user name cannot be used. Where {"{user}"} is written, enter one.
fault-delivery-from-name = That sender’s name cannot be used.
fault-delivery-url = That is not an address that begins with https:// and names a server.
fault-delivery-header = A header cannot be used. Write each on its own line, as in Authorization: Bearer {"{secret}"}.
fault-delivery-body = That body cannot be used. A GET request has none.
fault-delivery-success = The words of a success are too long.
fault-delivery-sender = That sender cannot be used: it has up to 16 letters or digits. Where {"{sender}"} is written, enter one.
fault-delivery-placeholder = There is something in braces that is not known, or stands before the question mark of the address. Known are {"{to}"}, {"{digits}"}, {"{text}"}, {"{ref}"}, {"{sender}"}, {"{user}"} and {"{secret}"}.
fault-delivery-fill-in = Your own service plan ID is still missing in this address.
fault-delivery-account = An account SID has AC and 32 letters and digits after it, as Twilio shows it.
fault-delivery-no-recipient = Write {"{to}"} where the number belongs.
fault-delivery-no-text = Write {"{text}"} where the message belongs.
fault-delivery-countries = Type the two letters of each country with commas between them, as in NZ, GB.
fault-idle-minutes = Enter 5 to 60 minutes.
fault-absolute-hours = Enter 1 to 24 hours.
fault-remember-days = Enter 1 to 30 days.
fault-reason = Say in a few words why.
fault-time = Enter a time such as 18:30.
fault-start-past = That time has passed.
fault-start-far = That is more than a year ahead.
fault-people = Choose from 1 to 300 people.
fault-not-understood = That was not understood.
refused = That is not possible now.
refused-by-rule = Turning it off is not possible while the practice rule is Mandatory.
refused-by-full-access = Someone with full access requires it of you, so only they can turn it off.
refused-on-oneself = Somebody else with full access has to do that for you.
refused-not-enabled = Set up two-factor for yourself first: this needs your code.
refused-desk-session = A colleague let you in today. To change this, sign in with your own code.
refused-others-agree = This person works in another practice too. That you agree is noted for 24 hours: it is done as soon as someone with full access in each other practice of theirs does the same.
refused-address-not-proven = Prove your email address first: under My account, Prove this address.
refused-shared-backend = Several practices share this server, and whoever runs it keeps its keys.
refused-desk-too-often = This person was let in three times today, which is the most. Somebody with full access can reset their two-factor.
refused-desk-authenticator = Letting somebody in takes the code of an authenticator app, and this colleague has none. Ask another colleague with full access.
refused-no-such-method = That way of getting a code is not in use for this account any more. Choose another.
refused-start-reached = It has begun already, and a start that was reached is not moved. To give people time again, choose Optional or Prompt at sign-in first.
refused-own-method = Set up a method for yourself first that stays allowed.
refused-not-configured = This practice has no way to send it. Someone with full access can set that up under Delivery.
refused-method = This practice does not allow that method for you.
refused-only-method = It is the only method. Set up another first.

## The practice cannot be opened

trouble-title = Cannot open the practice
no-keyring = This computer has no keyring, so the key to the practice’s data is kept in a file of this account, and you stay signed in only until this window is closed. A keyring is safer.
keyring-locked = The keyring of this computer is locked.
keyring-locked-help = Unlock it (often by signing in to the computer again), then try again. Nothing was changed.
keyring-silent = The keyring of this computer does not answer.
keyring-silent-help = Wait a moment and try again. If it stays, restart the computer. Nothing was changed.
key-missing = The key to the practice’s data is missing from the keyring.
key-wrong = The key in the keyring does not fit the practice’s data.
key-missing-help = The practice recovery key brings it back. Nothing was changed. The data is in { $path }.
unlock-help = Small letters, spaces or hyphens make no difference.
open-practice = Open the practice
no-way-back = Without the practice recovery key there is no way back to this data.
database-missing = The practice’s data is not where it was.
database-missing-help = It should be { $path }. Put it back, or run “vestibule restore” with a backup in a terminal. Nothing new was made.
database-damaged = The practice’s data is damaged.
database-damaged-help = { $path } cannot be read as it should. It was left as it is. “vestibule restore” in a terminal puts a backup in its place.
database-newer = The practice’s data was written by a newer Vestibule.
database-newer-help = Its version is { $found }, and this program knows { $known }. Install the newer Vestibule again. Nothing was written.
database-busy = Another program uses the practice’s data.
database-busy-help = Close other windows of Vestibule, then try again. The data is in { $path }.
not-copied-before = The practice’s data could not be copied before it is brought up to date.
not-copied-before-help = Nothing was changed. Make room beside { $path }, and let this account write there, then try again.
database-elsewhere = The practice’s data lies on another computer’s disk.
database-elsewhere-help = Over a network it can be damaged, and guesses at codes miscounted. Move the folder of { $path } to a disk of this computer, with Vestibule closed. Nothing was changed.
read-only-help = Give this account the right to write { $path }.
settings-damaged = Vestibule cannot read which practice it is to open.
settings-not-read = The settings in { $file } cannot be read. The system says: { $why }. Put it right, or ask whoever looks after this computer, then try again. Nothing was opened.
settings-not-understood = The settings in { $file } have a mistake in line { $line }: { $what }. Put it right, or ask whoever looks after this computer, then try again. Nothing was opened.
open-other = Something went wrong while opening the practice.
open-other-help = Try again. If it stays, start Vestibule from a terminal: it says there what failed.

## Messages that are sent

letter-code-subject = Your code for { $practice }
letter-sign-in = { $code } is your sign-in code for { $practice }.
letter-set-up = { $code } is your code to set up sign-in at { $practice }.
letter-step-up = { $code } is your code to confirm a change at { $practice }.
letter-address = { $code } is your code to prove this address at { $practice }.
letter-ends = It ends in { $minutes } minutes.
letter-not-you = Not you? Tell your practice manager.
letter-not-asked = Not you? Ignore this.
letter-invitation-subject = Your invitation to { $practice }
letter-invitation = { $by } invites you to sign in at { $practice }. Your invitation code:
letter-invitation-how = Open Vestibule on a computer of the practice, choose “I have an invitation” and enter the code.
letter-invitation-account = You have an account already: sign in as you always do, open “My account” and enter the code there.
letter-invitation-ends = It is for one use and ends in { $hours } hours.
letter-invitation-not-you = Not expecting this? Ignore it.
letter-test-subject = Test message from { $practice }
letter-test = This is a test message from { $practice }, sent by Vestibule. It works.
letter-test-on-file = This is a test message from { $practice }, sent by Vestibule. It shows that your address on file is right. There is nothing to do.
letter-reminder-subject = Please set up two-factor at { $practice }
letter-reminder =
    Two-factor authentication is on for your account at { $practice }, and is not set up yet.

    Open Vestibule and sign in as usual: it takes you through the set-up, which takes about two minutes. Have your phone with you.

    { $by } sent this reminder and can help you.
letter-reset-subject = A new password at { $practice }
letter-reset = Somebody forgot the password of your account at { $practice }. With this code a new one can be chosen:
letter-reset-how = Copy it into Vestibule, under “Forgot your password?”. It is good for { $minutes } minutes, and once.
letter-reset-not-you = Not you? Then do nothing: your password stays as it is.
letter-notice-subject = About your sign-in at { $practice }
letter-somebody = Someone
notice-enabled = Two-factor was set up for your account at { $practice }.
notice-replaced = A method of your two-factor at { $practice } was replaced by a new one. If you had used a recovery code, the others do not work any more: make new ones.
notice-removed = A method of your two-factor at { $practice } was removed.
notice-turned-off = { $by } turned two-factor off for your account at { $practice }.
notice-reset = { $by } reset two-factor for your account at { $practice }. Your next sign-in may ask you to set it up again.
notice-turned-on = { $by } turned two-factor on for your account at { $practice }. Your next sign-in asks you to set it up.
notice-sessions-ended = { $by } ended your sessions at { $practice }.
notice-tries-allowed = { $by } allowed you to try codes again at { $practice }.
notice-oldest-session-ended = You are signed in at { $practice } in too many places, so the oldest session ended.
notice-recovery-code-used = A recovery code was used to sign in to your account at { $practice }.
notice-recovery-codes-made = New recovery codes were made for your account at { $practice }. The old ones do not work any more.
notice-recovered = The practice recovery key was used to give your account at { $practice } a new password. Your methods were closed.
notice-clock-set-right = The clock of the computer at { $practice } was set right, so your method was closed. Your next sign-in asks you to set it up again.
notice-let-in = { $by } let you in at { $practice } without your code. If that was not you, tell someone with full access at once.
notice-password-changed = The password of your account at { $practice } was changed.
notice-hand-over-code = { $by } made a code for your account at { $practice }, with which a new password can be chosen.
notice-password-reset = A new password was chosen for your account at { $practice } by a code for a forgotten password. All your sessions have ended. Your two-factor is as it was.
notice-new-address = { $by } asked for another email address of your account at { $practice }. It holds once you give the code from its mailbox, under My account.
notice-address-changed = The email address of your account at { $practice } was changed. Sign in with the new one.
notice-renamed = { $by } corrected the name of your account at { $practice }.
notice-role-set = { $by } changed your role at { $practice }. It holds from now on.
notice-dates-set = { $by } set your first or last day at { $practice }.
notice-deactivated = { $by } ended your access to { $practice }. You cannot sign in there any more.
notice-reactivated = { $by } gave you back your access to { $practice }. Your password and your two-factor are as they were.
notice-new-computer = Your account was signed in to { $practice } on a new computer.
notice-remembered-replayed = A remembered computer of your account at { $practice } may have been copied: what it had used once came up again. It asks for a code again.
notice-not-you = If this was not you, tell your practice manager at once and change your password.

## Commands

ask-recovery-key = Practice recovery key:
ask-restore-key = No key in the keyring fits this backup. Practice recovery key of the backup:
ask-recover-only = Email of the person with full access [{ $email }]:
ask-recover-email = Email of the person with full access:
ask-new-password = New password, at least 12 characters:
ask-password-again = The new password again:
nothing-entered = Nothing was entered, and nothing was changed.
passwords-differ = The two passwords are not the same. Nothing was changed.
no-practice = There is no practice on this computer account.
fault-recovery-key-form = That is not a practice recovery key as it was shown: it has seven groups of four letters and digits. Check each letter.
fault-recovery-key = That practice recovery key does not open this practice. It may be another practice’s, or one that was replaced by a newer key.
export-practice = { $practice } is going to move to a server. Nobody can use it on this computer afterwards, and nothing brings it back here.
export-again = { $practice } was retired on this computer before. Its file is written once more, with a new key.
ask-export-email = Email of someone with full access:
ask-export-password = Password:
ask-export-code = Six-digit code:
ask-export-reason = Reason, for Activity:
export-set-up-due = Finish setting up two-factor in the window first. Nothing was changed.
export-done = { $practice } is in { $file }, and is retired on this computer.
export-key = The key of the file, shown once: { $key }
export-then = On the server: vestibule-server import FILE. It asks for this key. Then people connect to the server and sign in with what they had. When that works, delete the file.
recover-nobody = Nobody with full access has that email. Nothing was changed.
recover-done = { $name } can sign in with the new password, and is then asked to set up two-factor. Everyone else signs in again.
recover-clock = { $others ->
    [0] The clock of this computer is accepted, although something was recorded at { $newest }.
    [one] The clock of this computer is accepted, although something was recorded at { $newest }. 1 other person is asked to set up two-factor again.
   *[other] The clock of this computer is accepted, although something was recorded at { $newest }. { $others } other people are asked to set up two-factor again.
}
backup-done = The practice is saved as { $file }. It opens with the practice recovery key: keep the two apart.
restore-done = { $practice } is restored from { $file }.
restore-aside = The data that was there before is kept as { $file }.
restore-key-replaced = The key of the data that was there before is not in the keyring any more: its own practice recovery key opens it.
restore-then = Everyone signs in again. Invitations and recovery codes that were made before are void; new ones can be made.
restore-in-use = Vestibule is open. Close every window of it, then restore again. Nothing was changed.
file-exists = { $file } exists already and is not written over. Choose another name.
file-not-written = { $file } cannot be written: { $why }.
file-not-read = { $file } cannot be read: { $why }.
not-a-backup = { $file } is damaged, or is not a backup of a practice. Nothing was changed.
backup-newer = { $file } was written by a newer Vestibule: its version is { $found }, and this program knows { $known }. Nothing was changed.
key-not-kept = That is done, but the keyring did not take the key. The next start asks for the practice recovery key once more.

# Activity, one sentence for each kind of entry
event-unknown = An entry that this version cannot read
event-signed-in = { $who } signed in
event-signed-out = { $who } signed out
event-locked = { $who } locked the session
event-unlocked = { $who } unlocked the session
event-address-limited = Too many passwords and codes from one address were wrong: more are refused for a minute
event-ended-by-unlocks = The session of { $who } ended: too many wrong passwords at the lock
event-oldest-session-ended = The oldest session of { $whom } ended: there were too many
event-own-sessions-ended = { $who } ended other sessions of their own
event-sessions-ended = { $who } ended the sessions of { $whom }
event-stepped-up = { $who } confirmed who they are
event-computer-added = { $who } signed in on a new computer
event-computer-remembered = { $who } let a computer be remembered
event-remembered-ended = { $who } ended a remembered computer of their own
event-set-up-started = { $who } started to set up a method
event-set-up-cancelled = { $who } cancelled a set-up
event-method-proven = { $who } set up a method
event-method-preferred = { $who } chose the method that is asked first
event-method-removed = { $who } removed a method
event-turned-on = { $who } turned on two-factor for { $whom }
event-turned-off = { $who } turned off two-factor for { $whom }
event-reset = { $who } reset the two-factor of { $whom }
event-tries-allowed = { $who } allowed { $whom } to try again
event-recovery-codes-shown = { $who } was shown new recovery codes
event-recovery-codes-voided = The recovery codes that { $who } had left ended with the method that was replaced
event-recovery-codes-made = { $who } saved new recovery codes
event-recovery-code-used = { $who } used a recovery code
event-set-up-again = { $whom } has to set up two-factor again: the clock had stood ahead
event-person-added = { $who } added { $whom }
event-invited-again = { $who } made a new invitation for { $whom }
event-invitation-sent = { $who } had an invitation sent by email
event-invitation-redeemed = { $who } accepted the invitation
event-agreed = { $who } agreed to what another practice of { $whom } has to agree to as well
event-place-offered = { $who } offered a place to somebody who has an account
event-place-accepted = { $who } accepted a place here
event-practice-left = { $who } went on in another practice
event-practice-entered = { $who } came from another practice
event-renamed = { $who } corrected the name of { $whom }
event-role-set = { $who } gave { $whom } another role
event-dates-set = { $who } set the dates of { $whom }
event-deactivated = { $who } deactivated { $whom }
event-reactivated = { $who } reactivated { $whom }
event-hand-over-code-made = { $who } made a code for the forgotten password of { $whom }
event-reset-asked = A letter to choose a new password was asked for { $whom }
event-password-reset = { $who } chose a new password by a code
event-new-address-asked = { $who } asked for another address for { $whom }
event-new-address-given-up = { $who } kept the email address they had
event-address-changed = { $who } changed their email address
event-password-changed = { $who } changed their password
event-address-proven = { $who } proved their email address
event-glass-broken = { $whom } was given a new password by whoever runs the server
event-recovered = { $whom } was given a new password with the practice recovery key
event-practice-founded = { $who } set up the practice
event-rule-changed = { $who } changed the two-factor rule
event-allowed-methods-changed = { $who } changed the allowed methods
event-tests-sent = { $who } sent test messages to the addresses on file
event-reminders-sent = { $who } reminded those who must set up two-factor
event-round-taken-back = { $who } took back messages that had not gone out
event-desk-code-made = { $who } made a desk code for { $whom }
event-let-in-at-desk = { $who } let { $whom } in at the desk
event-desk-password-wrong = Wrong password of a colleague at the desk, for { $whom }
event-session-rule-changed = { $who } changed how long sessions last
event-computer-rule-changed = { $who } changed what computers may do
event-delivery-set = { $who } changed the delivery of messages
event-delivery-cleared = { $who } cleared the delivery of messages
event-delivery-tested = { $who } sent a test message
event-recovery-key-made = { $who } made a new practice recovery key
event-clock-accepted = The clock was accepted with the practice recovery key
event-restored = A backup was restored
event-key-rotated = Whoever runs the server let another key seal what is kept
event-practice-exported = { $who } exported the practice to a server
event-practice-imported = Whoever runs the server took the practice in from an export
event-activity-saved = { $who } saved Activity as a file
event-statement-saved = { $who } made a statement
event-password-wrong = Wrong password at sign-in for { $whom }
event-unlock-password-wrong = Wrong password at the lock for { $whom }
event-step-up-password-wrong = Wrong password to confirm, for { $whom }
event-code-wrong = Wrong code for { $whom }
event-code-used = Code used a second time for { $whom }
event-code-ended = Code entered after it had ended, for { $whom }
event-remembered-replayed = A remembered computer of { $whom } may have been copied, and asks for a code again
event-recovery-code-wrong = Wrong recovery code for { $whom }
event-invitation-wrong = Wrong code of an invitation or for a forgotten password
event-tries-wait = Another try was refused for { $whom }: too many wrong ones before it
event-tries-stopped = Tries are stopped for { $whom }
event-sms-budget-spent = SMS codes were held back: too many within a day were sent and not used
event-email-budget-spent = Email codes were held back: too many within a day were sent and not used
event-somebody = somebody
event-somebody-first = Somebody
event-nobody = an address without an account
event-themself = themself
event-by = By { $factor }
event-by-password = By the password alone
event-computer = Computer { $computer }
event-reason = Reason: { $reason }
change-from-to = { $before } to { $after }
change-from = { $change }, from { $when }
change-full-access-too = { $methods }, for people with full access too
change-limits = { $minutes ->
    [one] lock after 1 minute
   *[other] lock after { $minutes } minutes
}, { $hours ->
    [one] sign in again after 1 hour
   *[other] sign in again after { $hours } hours
}
change-remembered = { $days ->
    [one] computers remembered for 1 day
   *[other] computers remembered for { $days } days
}
change-not-remembered = no computer remembered
change-new-told = new computers told of
change-new-not-told = new computers not told of
change-names-kept = names kept
change-names-not-kept = no names kept
change-statement = For { $day }
change-clock = Something was recorded at { $when }
change-messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
factor-recovery-code = recovery code
factor-remembered-computer = a remembered computer

# Checking the seals
verified = { $count ->
    [0] No entry is sealed yet. Entries are sealed a moment after they are written.
    [one] 1 entry is sealed, and it is unchanged.
   *[other] All { $count } sealed entries are unchanged. None was removed or put in.
}
verified-removed = { $count ->
    [one] 1 older entry was removed after seven years.
   *[other] { $count } older entries were removed after seven years.
}
misfit-changed = Entry { $number } was changed, put in or moved outside Vestibule.
misfit-changed-at = Entry { $number }, written { $when }, was changed, put in or moved outside Vestibule.
time-in-utc = { $time } (UTC)
misfit-missing = Entry { $number } is missing: it was removed outside Vestibule.
misfit-head = The record of how far Activity reaches does not fit its seal. Entries from { $number } on cannot be checked.
misfit-segment = The record of entries that were removed after seven years does not fit its seal. Entries from { $number } on cannot be checked.
misfit-then = Keep this computer as it is, keep the backups, and ask whoever looks after it.

# Activity as a file
column-number = Number
column-when = When
column-what = What
column-who = Who
column-whom = To whom
column-factor = By
column-computer = Computer
column-reason = Reason or change

# The Activity page
activity = Activity
check-seals = Check for tampering
save-csv = Save as CSV
save-pdf = Save as PDF
activity-file = Activity of { $practice }
file-saved = Saved as { $path }.
file-not-saved = The file was not saved: { $why }.
entries-of = { $first }–{ $last }, the newest first
when-in-zone = When ({ $zone })
from-day = From, as { day-example }
to-day = To, as { day-example }
fault-day = That is no day. Enter one as { day-example }.
fault-day-ahead = That day has not come yet. Enter today or an earlier day.
fault-day-before = The practice was not set up in Vestibule yet on that day. Enter a later day.
group-sign-ins = Sign-ins
group-two-factor = Two-factor changes
group-people = People
group-rules = Rules and settings
group-failures = Failures
no-entries = No entry fits what is searched for.
show-everything = Show everything

# The statement
statement = Statement
statement-body = Who was protected by two-factor on a day, for an insurer or a regulator: each person’s status and kind of method, the rule in force, and the sign-ins before that day.
statement-day = Day
statement-day-help = Today or an earlier day, as { day-example }
statement-file = Statement of { $practice } for { $day }
statement-title = Two-factor statement for { $day }
statement-rule-optional = Two-factor rule: Optional, since { $since }.
statement-rule-prompt = Two-factor rule: Prompt at sign-in, since { $since }.
statement-rule-mandatory = Two-factor rule: Mandatory from { $from }, set on { $since }.
statement-counts = Enabled: { $enabled } of { $all } people.
statement-counted = 2nd: sign-ins completed with a second step, in the { $days } days before.
statement-counted-apart = Rem.: apart from those, sign-ins on a computer that the practice lets be remembered.
statement-made = Made by { $by } with Vestibule on { $when } ({ $zone }).
column-practice = Practice
column-rule = Rule
column-since = Since
column-second-steps = Sign-ins with a second step in 90 days
column-remembered = Sign-ins on a remembered computer in 90 days
column-second-steps-short = 2nd
column-remembered-short = Rem.
page-number = Page { $page } of { $all }
pdf-not-made = The PDF could not be made.
