/* Two phones over /simulator/state. Old WebViews run this: no modules, no arrows, no fetch.
   Whatever anybody wrote reaches the page by textContent only. */
(function () {
  'use strict';

  var WORDS = JSON.parse(document.getElementById('words').textContent);
  var SIDES = ['official', 'wecom'];
  var COLOURS = ['#e2844e', '#5b8fd6', '#6aa96f', '#b5739d', '#c99a2e', '#5aa5a8', '#8c7bc9', '#cf6a6a'];
  var EMOJI = '🙂 😀 😊 😂 😭 😡 👍 🙏 👌 💪 🌹 🎉 ❤️ 🏠 🌾 🐷 🐔 🍊 🌧️ ☀️ 💊 🚑 💰 📞'.split(' ');
  var LINK = /<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、！？）】」》]+)/gi;
  var CHOICE = /^\s*(\d{1,2})(?:[.、．:：)）]\s*|\s+)(\S.*)$/;
  var MINE = { '本人': true };
  var TAGS = { '客服消息': 'tag-service', '订阅通知': 'tag-notice', '模板消息': 'tag-notice', '应用消息': 'tag-app' };

  var phones = {};
  var state = null;
  var pending = null;
  var stamp = null;
  var tab = 'official';

  // ---- small things

  function remembered(key) {
    try { return window.localStorage.getItem('simulator.' + key); } catch (refused) { return null; }
  }

  function remember(key, value) {
    try { window.localStorage.setItem('simulator.' + key, value); } catch (refused) { /* private window */ }
  }

  function make(name, className, text) {
    var node = document.createElement(name);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function icon(name) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    var use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#i-' + name);
    svg.appendChild(use);
    return svg;
  }

  function empty(node) {
    while (node.firstChild) { node.removeChild(node.firstChild); }
  }

  function each(list, work) { Array.prototype.forEach.call(list, work); }

  function filled(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function two(number) { return (number < 10 ? '0' : '') + number; }

  var toasting = 0;
  function toast(text, lasting) {
    var node = document.getElementById('toast');
    window.clearTimeout(toasting);
    node.textContent = text;
    node.hidden = false;
    if (!lasting) { toasting = window.setTimeout(function () { node.hidden = true; }, 4200); }
  }

  function untoast() { document.getElementById('toast').hidden = true; }

  function colour(text) {
    var sum = 0;
    for (var i = 0; i < text.length; i += 1) { sum = (sum * 31 + text.charCodeAt(i)) % 9973; }
    return COLOURS[sum % COLOURS.length];
  }

  // ---- talking to the platform

  function post(action, body, done) {
    var request = new XMLHttpRequest();
    request.open('POST', '/simulator/do/' + action);
    request.setRequestHeader('Content-Type', 'application/json');
    request.onload = function () {
      if (request.status !== 200) { toast(WORDS.failed); if (done) { done(null); } return; }
      if (done) { done(JSON.parse(request.responseText)); }
    };
    request.onerror = function () { toast(WORDS.offline); if (done) { done(null); } };
    request.send(JSON.stringify(body));
  }

  function look(version) {
    var query = SIDES.map(function (side) { return side + '=' + encodeURIComponent(phones[side].account); });
    if (version !== undefined) { query.push('version=' + version); }
    if (pending) { pending.onload = pending.onerror = null; pending.abort(); }
    var request = pending = new XMLHttpRequest();
    request.open('GET', '/simulator/state?' + query.join('&'));
    request.onload = function () {
      pending = null;
      if (request.status !== 200) { request.onerror(); return; }
      if (state === null) { untoast(); }
      show(JSON.parse(request.responseText));
      look(state.version);
    };
    request.onerror = function () {
      pending = null;
      toast(WORDS.offline, true);
      state = null;
      window.setTimeout(function () { if (!pending) { look(); } }, 1500);
    };
    request.send();
  }

  // ---- time: the platform says local time; the page only counts on from there

  function parsed(at) {
    var p = at.split(/[-T:]/).map(Number);
    return new Date(Date.UTC(p[0], p[1] - 1, p[2], p[3], p[4], p[5]));
  }

  function present() { return new Date(stamp.at.getTime() + (Date.now() - stamp.seen)); }

  function hours(at) { return two(at.getUTCHours()) + ':' + two(at.getUTCMinutes()); }

  function days(at) { return Math.floor(at.getTime() / 86400000); }

  function chip(at) {
    var ago = days(present()) - days(at);
    var day = { y: at.getUTCFullYear(), m: at.getUTCMonth() + 1, d: at.getUTCDate() };
    if (ago <= 0) { return hours(at); }
    if (ago === 1) { return WORDS.yesterday + ' ' + hours(at); }
    if (ago < 7) { return WORDS.weekdays[at.getUTCDay()] + ' ' + hours(at); }
    var same = day.y === present().getUTCFullYear();
    return filled(same ? WORDS.short_day : WORDS.day, day) + ' ' + hours(at);
  }

  function tick() {
    if (!stamp) { return; }
    var now = present();
    var day = filled(WORDS.day, { y: now.getUTCFullYear(), m: now.getUTCMonth() + 1, d: now.getUTCDate() });
    day += ' ' + WORDS.weekdays[now.getUTCDay()];
    ['', '-small'].forEach(function (where) {
      document.getElementById('day' + where).textContent = day;
      document.getElementById('time' + where).textContent = hours(now);
    });
    each(document.querySelectorAll('.status-time'), function (node) { node.textContent = hours(now); });
  }

  // ---- text with links: http(s), and WeChat's inline menu links that send what they say

  function menuLink(href) {
    if (href.indexOf('weixin://bizmsgmenu?') !== 0) { return null; }
    var found = { content: '', id: '' };
    href.slice(href.indexOf('?') + 1).split('&').forEach(function (pair) {
      var at = pair.indexOf('=');
      var value = pair.slice(at + 1).replace(/\+/g, ' ');
      try { value = decodeURIComponent(value); } catch (broken) { /* shown as it is */ }
      if (pair.slice(0, at) === 'msgmenucontent') { found.content = value; }
      if (pair.slice(0, at) === 'msgmenuid') { found.id = value; }
    });
    return found.content ? found : null;
  }

  function link(href, label, phone) {
    var menu = menuLink(href);
    var node;
    if (menu) {
      node = make('a', 'menu-link', label);
      node.setAttribute('role', 'button');
      node.tabIndex = 0;
      node.onclick = function () { phone.say(menu.content, menu.id); };
      return node;
    }
    if (!/^https?:\/\//i.test(href)) { return document.createTextNode(label); }
    node = make('a', '', label);
    node.href = href;
    node.target = '_blank';
    node.rel = 'noopener noreferrer';
    return node;
  }

  function write(node, text, phone) {
    var from = 0;
    text.replace(LINK, function (whole, quoted, single, label, bare, at) {
      if (at > from) { node.appendChild(document.createTextNode(text.slice(from, at))); }
      var href = bare || (quoted !== undefined ? quoted : single).replace(/&amp;/g, '&');
      node.appendChild(link(href, bare || label, phone));
      from = at + whole.length;
      return whole;
    });
    if (from < text.length) { node.appendChild(document.createTextNode(text.slice(from))); }
  }

  // ---- one phone

  function Phone(side) {
    var self = this;
    this.side = side;
    this.account = remembered(side) || '';
    this.shown = { account: null, last: 0, at: null };
    this.seen = 0;
    var slot = document.querySelector('[data-slot="' + side + '"]');
    slot.appendChild(document.importNode(document.getElementById('phone').content, true));
    this.root = slot.firstElementChild;
    this.root.className += ' ' + side;
    this.find = function (selector) { return self.root.querySelector(selector); };
    this.chat = this.find('.chat');
    this.field = this.find('.say');
    this.wire();
  }

  Phone.prototype.wire = function () {
    var self = this;
    var emoji = this.find('.emoji');
    EMOJI.forEach(function (face) {
      var button = make('button', '', face);
      button.type = 'button';
      button.onclick = function () { self.field.value += face; self.grow(); };
      emoji.appendChild(button);
    });
    this.find('.holder-select').onchange = function () { self.hold(this.value); };
    this.find('.newcomer').onclick = function () {
      post('newcomer', { side: self.side }, function (made) { if (made) { self.hold(made.account); } });
    };
    this.field.oninput = function () { self.grow(); };
    this.field.onkeydown = function (event) {
      if (event.keyCode === 13 && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        self.send();
      }
    };
    this.field.onfocus = function () { self.open(null); self.down(); };
    this.find('.send').onclick = function () { self.send(); self.field.focus(); };
    this.find('.voice').onclick = function () { self.post('send', { form: 'voice' }); };
    this.find('.plus').onclick = this.find('.nav-more').onclick = function () { self.open('.tools'); };
    this.find('.smile').onclick = function () { self.open('.emoji'); };
    this.find('.to-menu').onclick = function () {
      var on = self.find('.bar').className.indexOf('menu-mode') < 0;
      self.menuMode(on);
      if (!on) { self.field.focus(); }
    };
    this.find('.follow').onclick = function () { self.post('follow', { on: true }); };
    this.find('.sheet-close').onclick = function () { self.find('.sheet').hidden = true; };
    this.find('.sheet').onclick = function (event) { if (event.target === this) { this.hidden = true; } };
    each(this.root.querySelectorAll('[data-tool]'), function (button) {
      button.onclick = function () { self.use(button.getAttribute('data-tool')); };
    });
    this.chat.onclick = function () { self.open(null); self.closeMenus(); };
  };

  Phone.prototype.post = function (action, body, done) {
    body.account = this.account;
    post(action, body, done);
  };

  Phone.prototype.say = function (text, menuId) {
    var body = { text: text };
    if (menuId !== undefined) { body.menu_id = menuId; }
    this.post('say', body);
  };

  Phone.prototype.send = function () {
    var text = this.field.value.replace(/^\s+|\s+$/g, '');
    if (!text) { return; }
    this.field.value = '';
    this.grow();
    this.say(text);
  };

  Phone.prototype.grow = function () {
    var text = this.field.value;
    this.field.style.height = '40px';
    this.field.style.height = Math.min(116, Math.max(40, this.field.scrollHeight)) + 'px';
    this.find('.send').hidden = !text;
    this.find('.plus').hidden = !!text;
  };

  Phone.prototype.hold = function (account) {
    this.account = account;
    remember(this.side, account);
    this.open(null);
    look();
  };

  Phone.prototype.open = function (drawer) {
    var self = this;
    ['.tools', '.emoji'].forEach(function (name) {
      var node = self.find(name);
      node.hidden = name !== drawer || !node.hidden;
    });
    this.down();
  };

  Phone.prototype.menuMode = function (on) {
    this.find('.bar').className = this.find('.bar').className.replace(' menu-mode', '') + (on ? ' menu-mode' : '');
    this.find('.to-menu use').setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', on ? '#i-keyboard' : '#i-menu');
    this.closeMenus();
    this.open(null);
  };

  Phone.prototype.closeMenus = function () {
    each(this.root.querySelectorAll('.submenu'), function (node) { node.hidden = true; });
  };

  Phone.prototype.down = function () { this.chat.scrollTop = this.chat.scrollHeight; };

  Phone.prototype.use = function (tool) {
    var phone = this.state.phone;
    this.open(null);
    if (tool === 'image' || tool === 'voice') { this.post('send', { form: tool }); }
    if (tool === 'location') {
      this.post('send', { form: 'location', latitude: 32.2291, longitude: 106.2903, label: WORDS.village });
    }
    if (tool === 'scan') { this.post('scan', { scene: 'village' }); }
    if (tool === 'subscribe') { this.sheet(); this.find('.sheet').hidden = false; }
    if (tool === 'block') { this.post('block', { on: !phone.blocked }); }
    if (tool === 'leave') { this.post('follow', { on: !phone.following }); }
    if (tool === 'redeliver') { this.redeliver(); }
  };

  Phone.prototype.redeliver = function () {
    var self = this;
    this.post('redeliver', {}, function (outcome) {
      if (!outcome) { return; }
      var sentence = WORDS['redeliver_' + outcome.result];
      if (outcome.result === 'replied') {
        var replies = self.state.phone.messages.filter(function (message) { return message.kind === '回复'; });
        var same = replies.length && replies[replies.length - 1].text === outcome.text;
        sentence = same ? WORDS.redeliver_same : filled(WORDS.redeliver_other, { text: outcome.text });
      }
      toast(sentence);
    });
  };

  // ---- showing a phone

  Phone.prototype.show = function (side) {
    this.state = side;
    this.holders(side);
    this.find('.nav-name').textContent = side.name;
    var phone = side.phone;
    var note = WORDS[this.side + '_note'];
    if (phone && phone.blocked) { note += ' · ' + WORDS.blocked; }
    this.find('.nav-note').textContent = phone && phone.typing ? WORDS.typing : note;
    this.menu(side.menu);
    if (!phone) { empty(this.chat); return; }
    this.find('.bar').hidden = !phone.following;
    this.find('.follow-bar').hidden = phone.following;
    this.find('.follow').textContent = WORDS['follow_' + this.side];
    this.find('[data-tool="leave"] em').textContent = WORDS['unfollow_' + this.side];
    this.find('[data-tool="block"] em').textContent = phone.blocked ? WORDS.unblock : WORDS.block;
    this.find('[data-tool="block"]').className = phone.blocked ? 'on' : '';
    if (!phone.following) { this.open(null); }
    this.messages(phone);
    this.chips(side);
    if (!this.find('.sheet').hidden) { this.sheet(); }
  };

  Phone.prototype.holders = function (side) {
    var select = this.find('.holder-select');
    var people = side.people.map(function (holder) {
      return { account: holder.account, text: holder.title + (holder.note ? ' · ' + holder.note : '') };
    });
    side.newcomers.forEach(function (account) {
      people.push({ account: account, text: WORDS.newcomer + ' ' + account.slice(-4) });
    });
    var key = JSON.stringify(people);
    if (key !== this.peopleKey) {
      this.peopleKey = key;
      empty(select);
      if (!people.length) { select.appendChild(make('option', '', WORDS.nobody)); }
      people.forEach(function (holder) {
        var option = make('option', '', holder.text);
        option.value = holder.account;
        select.appendChild(option);
      });
    }
    this.account = side.phone ? side.phone.account : '';
    select.value = this.account;
    this.holderName = '';
    var self = this;
    side.people.forEach(function (holder) { if (holder.account === self.account) { self.holderName = holder.title; } });
    if (!this.holderName) { this.holderName = WORDS.newcomer; }
  };

  Phone.prototype.menu = function (buttons) {
    var self = this;
    var key = JSON.stringify(buttons);
    if (key === this.menuKey) { return; }
    this.menuKey = key;
    var row = this.find('.menu-row');
    empty(row);
    var bar = this.find('.bar');
    bar.className = buttons.length ? 'bar' : 'bar no-menu';
    this.menuMode(false);
    buttons.forEach(function (button) {
      var entries = button.sub_button || [];
      var item = make('div', entries.length ? 'menu-item has-sub' : 'menu-item');
      var top = make('button', '', button.name);
      top.type = 'button';
      item.appendChild(top);
      if (!entries.length) {
        top.onclick = function () { self.tapMenu(button); };
      } else {
        var sub = make('div', 'submenu');
        sub.hidden = true;
        entries.forEach(function (entry) {
          var leaf = make('button', '', entry.name);
          leaf.type = 'button';
          leaf.onclick = function () { self.tapMenu(entry); };
          sub.appendChild(leaf);
        });
        top.onclick = function () {
          var was = sub.hidden;
          self.closeMenus();
          sub.hidden = !was;
        };
        item.appendChild(sub);
      }
      row.appendChild(item);
    });
  };

  Phone.prototype.tapMenu = function (entry) {
    this.closeMenus();
    this.post('tap', { key: entry.key || entry.url });
    if (entry.type === 'view' && /^https?:\/\//i.test(entry.url)) {
      var page = window.open(entry.url, '_blank');
      if (page) { page.opener = null; }
    }
  };

  Phone.prototype.messages = function (phone) {
    var self = this;
    var shown = this.shown;
    var list = phone.messages;
    var known = list.some(function (message) { return message.number === shown.last; });
    if (shown.account !== phone.account || (shown.last && !known)) {
      empty(this.chat);
      shown = this.shown = { account: phone.account, last: 0, at: null };
    }
    var fresh = list.filter(function (message) { return message.number > shown.last; });
    if (!fresh.length) { return; }
    fresh.forEach(function (message) {
      var at = parsed(message.at);
      if (!shown.at || at - shown.at > 300000 || at < shown.at) {
        self.chat.appendChild(make('div', 'time', chip(at)));
      }
      shown.at = at;
      shown.last = message.number;
      self.chat.appendChild(self.drawn(message));
    });
    this.down();
    if (tab !== this.side && this.seen) { unread(this.side, true); }
    this.seen = shown.last;
  };

  Phone.prototype.drawn = function (message) {
    if (message.kind === '动作') {
      var words = (this.side === 'wecom' && WORDS.wecom_actions[message.title]) || WORDS.actions[message.title];
      return make('div', 'note', filled(words || '', { what: message.text }));
    }
    if (message.kind === '故障提示') {
      var fault = make('div', 'note fault');
      fault.appendChild(make('span', '', message.text));
      return fault;
    }
    var tag = make('div', 'tag ' + (TAGS[message.kind] || ''), message.kind);
    if (message.form === 'card' && message.kind !== '回复') {
      var wide = make('div', 'wide');
      wide.appendChild(this.card(message));
      wide.appendChild(tag);
      return wide;
    }
    var mine = MINE[message.kind] === true;
    var line = make('div', mine ? 'line mine' : 'line');
    line.appendChild(this.avatar(mine));
    var held = make('div', 'held');
    held.appendChild(this.content(message));
    if (!mine) { held.appendChild(tag); }
    line.appendChild(held);
    return line;
  };

  Phone.prototype.avatar = function (mine) {
    var name = mine ? this.holderName : this.state.name;
    var face = make('div', 'avatar', mine ? name.charAt(0) : WORDS.mark);
    face.style.backgroundColor = mine ? colour(this.account) : (this.side === 'wecom' ? '#267ef0' : '#07c160');
    face.setAttribute('aria-hidden', 'true');
    return face;
  };

  Phone.prototype.content = function (message) {
    var self = this;
    var node;
    if (message.form === 'image') {
      node = make('img', 'picture');
      node.src = '/simulator/static/picture.svg';
      node.alt = WORDS.picture;
      return node;
    }
    if (message.form === 'voice') {
      node = make('div', 'bubble voice-bubble');
      node.appendChild(icon('wave'));
      node.appendChild(make('span', '', (message.text || '3') + WORDS.seconds));
      return node;
    }
    if (message.form === 'location') {
      node = make('div', 'place');
      node.appendChild(make('p', '', message.text || WORDS.place));
      node.appendChild(make('div')).appendChild(icon('place'));
      return node;
    }
    if (message.form === 'card') { return this.card(message); }
    node = make('div', 'bubble');
    write(node, message.text, this);
    if (message.form === 'menu') {
      message.choices.forEach(function (choice) {
        var button = make('button', 'choice', choice.text);
        button.type = 'button';
        button.onclick = function () { self.say(choice.text, choice.key); };
        node.appendChild(button);
      });
      if (message.tail) { node.appendChild(make('span', '', message.tail)); }
    }
    return node;
  };

  Phone.prototype.card = function (message) {
    var self = this;
    var card = make('div', 'card');
    card.appendChild(make('p', 'card-title', message.title));
    if (message.lines.length) {
      var list = make('dl');
      message.lines.forEach(function (line) {
        var row = make('div');
        row.appendChild(make('dt', '', line[0]));
        row.appendChild(make('dd', '', line[1]));
        list.appendChild(row);
      });
      card.appendChild(list);
    }
    if (message.text && (!message.lines.length || message.kind === '应用消息')) {
      var text = make('p', 'card-text');
      write(text, message.text, this);
      card.insertBefore(text, card.children[1] || null);
    }
    if (/^https?:\/\//i.test(message.url)) {
      var foot = link(message.url, WORDS.details, this);
      foot.className = 'card-foot';
      foot.appendChild(icon('next'));
      card.appendChild(foot);
    }
    if (message.choices.length) {
      var row = make('div', 'card-buttons');
      message.choices.forEach(function (choice) {
        var button = make('button', '', choice.text);
        button.type = 'button';
        button.onclick = function () { self.post('tap', { number: message.number, key: choice.key }); };
        row.appendChild(button);
      });
      card.appendChild(row);
    }
    return card;
  };

  Phone.prototype.chips = function (side) {
    var self = this;
    var phone = side.phone;
    var last = phone.messages[phone.messages.length - 1];
    var offered = [];
    if (last && !MINE[last.kind] && last.form === 'text') {
      last.text.split('\n').forEach(function (line) {
        var found = CHOICE.exec(line);
        if (found && Number(found[1]) === offered.length + 1) {
          offered.push({ text: found[1] + ' ' + found[2].replace(/<[^>]*>/g, ''), say: found[1] });
        }
      });
      if (offered.length < 2) { offered = []; }
    }
    if (!offered.length) {
      offered = side.suggestions.map(function (text) { return { text: text, say: text }; });
    }
    var row = this.find('.chips');
    var key = JSON.stringify(phone.following ? offered : []);
    if (key === this.chipKey) { return; }
    this.chipKey = key;
    empty(row);
    JSON.parse(key).forEach(function (chip) {
      var button = make('button', '', chip.text);
      button.type = 'button';
      button.onclick = function () { self.say(chip.say); };
      row.appendChild(button);
    });
    row.scrollLeft = 0;
    this.down();
  };

  Phone.prototype.sheet = function () {
    var self = this;
    this.find('.sheet-name').textContent = this.state.name;
    var list = this.find('.sheet-list');
    empty(list);
    if (!this.state.phone.templates.length) { list.appendChild(make('p', 'hint', WORDS.no_templates)); }
    this.state.phone.templates.forEach(function (template) {
      var item = make('div', 'sheet-item');
      var head = make('p');
      head.appendChild(make('span', '', template.title));
      var left = template.long_term ? WORDS.long_term : template.left ? filled(WORDS.left, { n: template.left }) : WORDS.none_left;
      head.appendChild(make('small', '', left));
      item.appendChild(head);
      ['accept', 'always', 'withdraw'].forEach(function (answer) {
        var button = make('button', answer === 'accept' ? 'go' : '', WORDS[answer]);
        button.type = 'button';
        button.onclick = function () { self.post('subscription', { template: template.id, answer: answer }); };
        item.appendChild(button);
      });
      list.appendChild(item);
    });
  };

  // ---- the whole page

  function unread(side, on) {
    document.querySelector('.tabs [data-tab="' + side + '"] .dot').hidden = !on;
  }

  function choose(name) {
    tab = name;
    document.getElementById('stage').setAttribute('data-tab', name);
    each(document.querySelectorAll('.tabs button'), function (button) {
      button.setAttribute('aria-selected', String(button.getAttribute('data-tab') === name));
    });
    if (phones[name]) { unread(name, false); phones[name].down(); }
  }

  function showFaults(faults) {
    each(document.querySelectorAll('[data-fault]'), function (control) {
      var value = faults[control.getAttribute('data-fault')];
      if (control.type === 'checkbox') { control.checked = value; } else { control.value = String(value); }
    });
    each(document.querySelectorAll('[data-when]'), function (row) {
      row.hidden = !faults[row.getAttribute('data-when')];
    });
    document.getElementById('lose').disabled = faults.lost_answers > 0;
  }

  function showLog(lines) {
    var list = document.getElementById('log');
    empty(list);
    lines.slice().reverse().forEach(function (line) {
      var good = line.way === 'call' ? line.result === '0' : line.result === 'replied' || line.result === 'silent';
      var item = make('li');
      item.appendChild(make('span', 'way', hours(parsed(line.at)) + ' ' + WORDS[line.way]));
      item.appendChild(make('b', '', line.what.replace('/cgi-bin/', '')));
      item.appendChild(document.createTextNode(' '));
      item.appendChild(make('span', good ? 'good' : 'bad', WORDS.results[line.result] || line.result));
      var rest = line.deliveries > 1 ? filled(WORDS.times, { n: line.deliveries }) + ' ' : '';
      item.appendChild(make('span', 'way', ' ' + rest + line.milliseconds + ' ms'));
      list.appendChild(item);
    });
  }

  function show(fresh) {
    state = fresh;
    stamp = { at: parsed(fresh.now), seen: Date.now() };
    tick();
    SIDES.forEach(function (side) { phones[side].show(fresh.sides[side]); });
    showFaults(fresh.faults);
    showLog(fresh.log);
  }

  function controls() {
    each(document.querySelectorAll('[data-clock]'), function (button) {
      button.onclick = function () {
        toast(WORDS.ringing, true);
        each(document.querySelectorAll('[data-clock]'), function (other) { other.disabled = true; });
        post('clock', { to: button.getAttribute('data-clock') }, function (done) {
          each(document.querySelectorAll('[data-clock]'), function (other) { other.disabled = false; });
          if (done) { toast(WORDS.rung); }
        });
      };
    });
    each(document.querySelectorAll('[data-fault]'), function (control) {
      control.onchange = function () {
        var change = {};
        change[control.getAttribute('data-fault')] = control.type === 'checkbox' ? control.checked : Number(control.value);
        post('faults', change);
      };
    });
    document.getElementById('lose').onclick = function () {
      post('faults', { lost_answers: 1 }, function (done) { if (done) { toast(WORDS.lost); } });
    };
    document.getElementById('forget').onclick = function () { post('forget', {}); };
    each(document.querySelectorAll('.tabs button'), function (button) {
      button.onclick = function () { choose(button.getAttribute('data-tab')); };
    });
  }

  SIDES.forEach(function (side) { phones[side] = new Phone(side); });
  controls();
  window.setInterval(tick, 1000);
  look();
}());
